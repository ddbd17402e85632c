// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The body of a beacon that reports a page event: {@code event=NAME&id=ID} and more pairs of names and values. Values
 * are percent-encoded UTF-8. Each name occurs once, except {@code item}, which occurs at most 10 times. A body with
 * anything else is invalid as a whole. Pure functions.
 *
 * <p>There is no checkout, lead or signup: a browser must not report what counts as a result of an ad.
 */
final class PageEvent {
    static final String NAME = "event";
    static final String ID = "id";
    static final String ITEMS = "item";

    /** The page's URL. Never in the body: the filter takes it from the header {@code Referer}. */
    static final String PAGE = "page";

    private static final String START = NAME + "=";
    private static final Set<String> NAMES = Set.of("page_visit", "view_category", "search", "add_to_cart");
    private static final int MAX_ITEMS = 10;
    private static final int MAX_TEXT_LENGTH = 100;
    private static final Pattern IDS = Pattern.compile("[\\w.-]{8,64}");

    /** At most 12 digits in front of the point, because larger amounts are errors. */
    private static final Pattern AMOUNT = Pattern.compile("[0-9]{1,12}(\\.[0-9]{1,6})?");

    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

    private PageEvent() {}

    /** Returns whether the body reports a page event, valid or not. */
    static boolean isIn(String body) {
        return body.startsWith(START);
    }

    /**
     * Returns the values by their names; null if the body is invalid.
     *
     * @param body one character for each byte
     * @return {@code event} and {@code id}, and perhaps {@code value}, {@code currency}, {@code category},
     *     {@code search} and {@code item}, which has the ids of the items, separated by line feeds. No value is empty
     *     or has another control character
     */
    static @Nullable Map<String, String> parse(String body) {
        Map<String, String> values = new HashMap<>();
        int items = 0;
        for (String pair : body.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? null : decode(pair.substring(equals + 1));
            if (value == null || !isValid(name, value)) {
                return null;
            }
            String before = values.put(name, value);
            if (name.equals(ITEMS)) {
                if (++items > MAX_ITEMS) {
                    return null;
                }
                values.put(name, before == null ? value : before + "\n" + value);
            } else if (before != null) {
                return null;
            }
        }
        return values.containsKey(NAME) && values.containsKey(ID) ? values : null;
    }

    private static boolean isValid(String name, String value) {
        return switch (name) {
            case NAME -> NAMES.contains(value);
            case ID -> IDS.matcher(value).matches();
            case "value" -> AMOUNT.matcher(value).matches();
            case "currency" -> CURRENCY.matcher(value).matches();
            case ITEMS, "category", "search" -> isText(value);
            default -> false;
        };
    }

    private static boolean isText(String value) {
        return !value.isBlank()
                && value.length() <= MAX_TEXT_LENGTH
                && value.chars().noneMatch(Character::isISOControl);
    }

    /** Returns the text of a percent-encoded value; null if an escape or the UTF-8 is malformed. */
    private static @Nullable String decode(String raw) {
        byte[] bytes = new byte[raw.length()];
        int length = 0;
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c <= ' ' || c > '~') {
                return null;
            }
            if (c == '%') {
                int high = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
                int low = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    return null;
                }
                bytes[length++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                bytes[length++] = (byte) c;
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException ignored) {
            return null; // malformed UTF-8
        }
    }
}
