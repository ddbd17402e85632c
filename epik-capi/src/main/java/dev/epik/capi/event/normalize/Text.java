// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event.normalize;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Cleans text that is sent unhashed, as JSON can hold it. */
public final class Text {
    /** The texts that templates and scripts write for a missing value. If they were sent, they would count as equal. */
    static final Set<String> PLACEHOLDERS = Set.of("undefined", "null", "NaN", "[object Object]");

    private Text() {}

    /**
     * Returns the text without white space around it, control characters and unpaired surrogates; null if nothing is
     * left or the text is a placeholder.
     */
    public static @Nullable String clean(@Nullable String raw) {
        if (raw == null) {
            return null;
        }
        String text = stripped(isClean(raw) ? raw : withoutControls(raw));
        return text.isEmpty() || PLACEHOLDERS.contains(text) ? null : text;
    }

    /** Returns whether the text is what scripts write for a missing value, such as "undefined". False for null. */
    public static boolean isPlaceholder(@Nullable String raw) {
        return raw != null && PLACEHOLDERS.contains(stripped(raw));
    }

    /** Returns the text without the white space around it; the text itself if there is none. */
    public static String stripped(String text) {
        boolean bare = !text.isEmpty() && isVisible(text.charAt(0)) && isVisible(text.charAt(text.length() - 1));
        return bare ? text : text.strip();
    }

    private static boolean isVisible(char ascii) {
        return ascii > ' ' && ascii <= '~';
    }

    /** Returns whether the text has no control character and no unpaired surrogate, so that any encoding keeps it. */
    public static boolean isClean(String text) {
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
