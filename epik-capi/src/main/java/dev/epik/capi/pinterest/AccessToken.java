// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import dev.epik.capi.EpikException;

/** What proves to Pinterest who sends. Shows itself nowhere. */
public final class AccessToken {
    private final String value;

    private AccessToken(String value) {
        this.value = value;
    }

    /** A conversion token, from Ads Manager under Conversions. */
    public static AccessToken of(String token) {
        if (token.isBlank() || token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new EpikException("The access token is " + (token.isBlank() ? "empty" : "no token")
                    + ": copy it whole, without spaces and line breaks, from Ads Manager under Conversions");
        }
        return new AccessToken(token);
    }

    String value() {
        return value;
    }

    /** Pinterest's words, should they quote the token. */
    String redactIn(String text) {
        return text.replace(value, "[access token]");
    }

    @Override
    public String toString() {
        return "AccessToken[redacted]";
    }
}
