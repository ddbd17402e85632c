// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter.consent;

/** Decodes the escapes of a cookie's value. */
public final class Escapes {
    private Escapes() {}

    /** Decodes ASCII escapes and leaves a broken escape as it is. {@code URLDecoder} would throw. */
    public static String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            int code =
                    text.charAt(i) == '%' && i + 2 < text.length() ? ascii(text.charAt(i + 1), text.charAt(i + 2)) : -1;
            plain.append(code < 0 ? text.charAt(i) : (char) code);
            i += code < 0 ? 0 : 2;
        }
        return plain.toString();
    }

    private static int ascii(char first, char second) {
        int high = Character.digit(first, 16);
        int low = Character.digit(second, 16);
        return high < 0 || high > 7 || low < 0 ? -1 : high * 16 + low;
    }
}
