// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import dev.epik.capi.oauth.spi.TokenStoreException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Creates the exceptions for failures of the files of a token store. */
final class TokenFileErrors {
    private TokenFileErrors() {}

    /** Returns an exception that shows the path and the type of the cause, which never contain a token. */
    static TokenStoreException failure(Path file, String verb, IOException cause) {
        boolean needsOperator = cause instanceof AccessDeniedException || cause instanceof NoSuchFileException;
        return new TokenStoreException(
                file + " cannot be " + verb + ": " + cause.getClass().getSimpleName()
                        + ". Does its directory exist, may this process write there, is the disk full?",
                needsOperator);
    }
}
