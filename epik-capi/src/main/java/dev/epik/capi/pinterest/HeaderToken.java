// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

/** The characters that a token in an HTTP header may have: a pure function. */
public final class HeaderToken {
    private HeaderToken() {}

    /** Returns whether the text consists of visible ASCII characters without spaces, and is not empty. */
    public static boolean isSendable(String token) {
        return !token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c <= '~');
    }
}
