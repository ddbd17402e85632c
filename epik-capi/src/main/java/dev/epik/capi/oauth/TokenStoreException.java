// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A {@link TokenStore} cannot do it now. Its message names the store and the cure, never what is in it. */
public final class TokenStoreException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean needsPeople;

    /**
     * For stores.
     *
     * @param needsPeople whether waiting alone will not help
     */
    public TokenStoreException(String message, boolean needsPeople) {
        super(message);
        this.needsPeople = needsPeople;
    }

    /** The type and the path: neither shows a token. */
    static TokenStoreException ofFile(Path file, String verb, IOException cause) {
        boolean forPeople = cause instanceof AccessDeniedException || cause instanceof NoSuchFileException;
        return new TokenStoreException(
                file + " cannot be " + verb + ": " + cause.getClass().getSimpleName()
                        + ". Does its directory exist, may this process write there, is the disk full?",
                forPeople);
    }

    public boolean needsPeople() {
        return needsPeople;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
