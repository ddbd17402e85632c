// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.doctor;

import dev.epik.cli.raw.RawJson;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Pinterest's answer to a read. Immutable.
 *
 * @param status the HTTP status; 0 if there was no answer
 * @param body the JSON; if there was no answer, the reason
 */
public record Answer(int status, String body) {
    private static final int NONE = 0;
    private static final int OK = 200;
    private static final int MAX_WORDS = 200;

    /** Characters that end a line, are invisible or control a terminal. */
    private static final Pattern NOT_PRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]+");

    /** Returns the result if there was no answer. */
    public static Answer none(String reason) {
        return new Answer(NONE, reason);
    }

    /** Returns the value of the JSON; empty if the answer is an error or is not readable. */
    Optional<Object> json() {
        return status == OK ? RawJson.read(body) : Optional.empty();
    }

    /** Returns why there is no readable list, and the cure. */
    String problem() {
        return switch (status) {
            case NONE -> body;
            case OK -> "the answer is not readable";
            case 401, 403, 404 ->
                "Pinterest answered " + status + ". It needs an OAuth access token with the scope ads:read;"
                        + " a conversion token is not enough";
            default -> "Pinterest answered " + status;
        };
    }

    /** Returns the objects in a value that is a list. */
    static List<Map<?, ?>> objects(Object value) {
        return value instanceof List<?> list
                ? list.stream().<Map<?, ?>>mapMulti(Answer::accept).toList()
                : List.of();
    }

    private static void accept(Object each, Consumer<? super Map<?, ?>> objects) {
        if (each instanceof Map<?, ?> object) {
            objects.accept(object);
        }
    }

    /** Returns a text of an object on one line, without characters that control a terminal; empty if it has none. */
    static String words(Map<?, ?> object, String name) {
        return object.get(name) instanceof String text ? words(text) : "";
    }

    /** Returns the text on one line, without characters that control a terminal, and cut if it is long. */
    static String words(String text) {
        String line = NOT_PRINTABLE.matcher(text).replaceAll(" ").strip();
        return line.length() <= MAX_WORDS ? line : line.substring(0, MAX_WORDS) + "…";
    }
}
