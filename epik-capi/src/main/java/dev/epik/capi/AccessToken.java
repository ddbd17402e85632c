// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.pinterest.HeaderToken;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An access token of the Pinterest API. As a {@link TokenSource} it always returns itself. {@link #toString()} does not
 * show it. Immutable.
 */
public final class AccessToken implements TokenSource, TokenSource.TokenResult {
    private final String value;

    private AccessToken(String value) {
        this.value = value;
    }

    /**
     * Returns a token that was created in Ads Manager under Conversions.
     *
     * @throws EpikException if it is null, empty, or has characters other than visible ASCII; the message does not
     *     quote it
     */
    public static AccessToken of(String token) {
        return of(token, "The access token");
    }

    /**
     * Returns a source that reads the token of an environment variable, once, now. If the variable is not set, or its
     * value cannot be a token, events are stored all the same, and delivery pauses with the reason until the process is
     * started again.
     *
     * @param variable such as {@code PINTEREST_ACCESS_TOKEN}
     * @throws EpikException if this is not the name of a variable; the message does not quote it, since it may be the
     *     token itself
     */
    public static TokenSource fromEnvironment(String variable) {
        if (!variable.matches("[A-Z][A-Z0-9_]*")) {
            throw new EpikException("The name of the environment variable is invalid: give one such as"
                    + " PINTEREST_ACCESS_TOKEN, not the token itself");
        }
        try {
            return of(System.getenv(variable), "The environment variable " + variable);
        } catch (EpikException e) {
            return new MissingToken(e.getMessage());
        }
    }

    /**
     * Returns a source that reads the token from a file, such as a mounted secret, for every request. A token that is
     * replaced in the file is used from the next request on, also after a 401. If the file cannot be read, the last
     * token stays in use. Without any token, events are stored, and delivery pauses with the reason. Does no I/O now.
     *
     * @param file holds the token and nothing else; spaces and line breaks around it are ignored; not null
     */
    public static TokenSource fromFile(Path file) {
        return new TokenFile(file);
    }

    /** Takes null too, so that a test needs no environment variable. */
    static AccessToken of(@Nullable String token, String setting) {
        if (token == null) {
            throw new EpikException(
                    setting + " is not set: give it the conversion token from Ads Manager under Conversions");
        }
        if (!HeaderToken.isSendable(token)) {
            throw new EpikException(setting + " is " + (token.isBlank() ? "empty" : "not a token")
                    + ": copy it whole, without spaces and line breaks, from Ads Manager under Conversions");
        }
        return new AccessToken(token);
    }

    /** Returns the token itself. Never write it to a log, a message or a file that others can read. */
    public String value() {
        return value;
    }

    @Override
    public TokenResult token() {
        return this;
    }

    /** Returns this token, since there is no other. */
    @Override
    public TokenResult renewed(AccessToken refused) {
        return this;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AccessToken token && token.value.equals(value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "AccessToken[redacted]";
    }
}
