// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import dev.epik.capi.EpikException;
import org.jspecify.annotations.Nullable;

/** What proves to Pinterest who sends. Shows itself nowhere. As a source it is the one token that stays. */
public final class AccessToken implements TokenSource, TokenOrPause {
    private final String value;

    private AccessToken(String value) {
        this.value = value;
    }

    /** A conversion token, from Ads Manager under Conversions. */
    public static AccessToken of(String token) {
        return of(token, "The access token");
    }

    /** Any value at all is looked at here, so that a test needs no environment of its own. */
    static AccessToken of(@Nullable String token, String setting) {
        if (token == null) {
            throw new EpikException(
                    setting + " is not set: give it the conversion token from Ads Manager under Conversions");
        }
        if (!canBeSent(token)) {
            throw new EpikException(setting + " is " + (token.isBlank() ? "empty" : "no token")
                    + ": copy it whole, without spaces and line breaks, from Ads Manager under Conversions");
        }
        return new AccessToken(token);
    }

    /** In a header: visible ASCII. */
    static boolean canBeSent(String token) {
        return !token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c <= '~');
    }

    String value() {
        return value;
    }

    /** Pinterest's words, should they quote the token. */
    String redactIn(String text) {
        return text.replace(value, "[access token]");
    }

    @Override
    public TokenOrPause token() {
        return this;
    }

    /** There is no other. */
    @Override
    public TokenOrPause renewed(AccessToken refused) {
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
