// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Text that travels in clear, as it may stand in JSON. */
final class Text {
    /** What a template or a script writes where it has no value. Sent as they are, all of these would be one value. */
    static final List<String> NO_VALUE = List.of("undefined", "null", "NaN", "[object Object]");

    private Text() {}

    /** Without space around it, control characters and halves of characters; null where nothing is left to say. */
    static @Nullable String clean(@Nullable String raw) {
        if (raw == null) {
            return null;
        }
        String text = stripped(isClean(raw) ? raw : withoutControls(raw));
        return text.isEmpty() || isNoValue(text) ? null : text;
    }

    /** Whether it was meant to say something and does not. */
    static boolean saysNothing(@Nullable String raw) {
        return raw != null && isNoValue(stripped(raw));
    }

    /** Returns the text without the white space around it; the text itself if there is none. */
    static String stripped(String text) {
        boolean bare = !text.isEmpty() && isBare(text.charAt(0)) && isBare(text.charAt(text.length() - 1));
        return bare ? text : text.strip();
    }

    private static boolean isBare(char c) {
        return c > ' ' && c <= '~';
    }

    private static boolean isNoValue(String text) {
        return switch (text.length()) {
            case 3, 4, 9, 15 -> NO_VALUE.contains(text); // the lengths of these alone
            default -> false;
        };
    }

    /** No control character and no half of a character: what any encoding keeps as it is. */
    static boolean isClean(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c <= '~') {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isISOControl(c) || Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }

    private static String withoutControls(String text) {
        StringBuilder kept = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> Character.isISOControl(c) ? ' ' : c)
                .filter(c -> c > Character.MAX_VALUE || !Character.isSurrogate((char) c))
                .forEach(kept::appendCodePoint);
        return kept.toString();
    }
}
