// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter.consent;

/** Reads one field of a small JSON text, also of one that is cut off or not quite JSON. */
final class JsonField {
    private JsonField() {}

    /**
     * Returns the text of the first field of that name: a string without its quotes, or an array, an object, a number
     * or a word as it stands. Returns an empty text if there is no such field.
     */
    static String of(String json, String name) {
        String quoted = '"' + name + '"';
        for (int at = json.indexOf(quoted); at >= 0; at = json.indexOf(quoted, at + 1)) {
            int colon = skipSpaces(json, at + quoted.length());
            if (colon < json.length() && json.charAt(colon) == ':') {
                return value(json, skipSpaces(json, colon + 1));
            }
        }
        return "";
    }

    private static String value(String json, int start) {
        char first = start < json.length() ? json.charAt(start) : 0;
        if (first == '"') {
            int end = json.indexOf('"', start + 1);
            return json.substring(start + 1, end < 0 ? json.length() : end);
        }
        int end = start;
        int depth = 0;
        for (boolean quoted = false; end < json.length(); end++) {
            char c = json.charAt(end);
            quoted ^= c == '"';
            if (!quoted && depth == 0 && (c == ',' || c == '}' || c == ']')) {
                break;
            }
            depth += quoted ? 0 : c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
            if (!quoted && depth == 0 && (c == '}' || c == ']')) {
                end++;
                break;
            }
        }
        return json.substring(start, end).strip();
    }

    private static int skipSpaces(String json, int from) {
        int at = from;
        while (at < json.length() && Character.isWhitespace(json.charAt(at))) {
            at++;
        }
        return at;
    }
}
