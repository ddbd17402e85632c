// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A token source that reads a file for every request, so that a token that was replaced is used from the next request
 * on, also after a 401. A request costs far more than reading a small file. If the file cannot be read, the last token
 * stays in use. Thread-safe.
 */
final class TokenFile implements TokenSource {
    /** More than any token has. */
    private static final int MAX_BYTES = 16 * 1024;

    private final Path file;
    private volatile @Nullable AccessToken last;

    TokenFile(Path file) {
        this.file = file;
    }

    @Override
    public TokenResult token() {
        try (InputStream in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8).strip();
            AccessToken token = AccessToken.of(text, "The access token in the file " + file);
            last = token;
            return token;
        } catch (IOException e) {
            return lastOr("The file of the access token " + file + " cannot be read ("
                    + e.getClass().getSimpleName()
                    + "): put the token there, and let this process read it. It is read again by itself");
        } catch (EpikException e) { // such as an empty file that is being written
            return lastOr(e.getMessage() + ". The file is read again by itself");
        }
    }

    /** Returns the token that the file holds now. */
    @Override
    public TokenResult renewed(AccessToken refused) {
        return token();
    }

    private TokenResult lastOr(String reason) {
        AccessToken known = last;
        return known == null ? Unavailable.needsOperator(reason) : known;
    }

    /** Shows the file, not the token. */
    @Override
    public String toString() {
        return "TokenFile[" + file + "]";
    }
}
