// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.epik.capi.json.JacksonFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The fields of an answer that are used. Absent, null and empty fields mean the same, because Pinterest has sent all
 * three. An answer with duplicate keys counts as unreadable: choosing the wrong one could lose an event. Immutable.
 *
 * @param message Pinterest's text about the request; empty if there is none
 * @param events the results of the answer itself or, if it has none, those of its {@code details}
 */
record ReplyBody(String message, List<Event> events) {
    /** The result of one event. */
    record Event(String status, String error, String warning) {
        private Event withWords(UnaryOperator<String> change) {
            return error.isEmpty() && warning.isEmpty()
                    ? this // in nearly all answers
                    : new Event(status, change.apply(error), change.apply(warning));
        }
    }

    private static final JsonFactory JSON = JacksonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** Returns empty if the text is not a whole JSON object. */
    static Optional<ReplyBody> read(String text) {
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            ReplyBody body = object(json, true);
            return json.nextToken() == null ? Optional.of(body) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Returns a copy whose texts were changed by the function. */
    ReplyBody withWords(UnaryOperator<String> change) {
        return new ReplyBody(
                change.apply(message),
                events.stream().map(event -> event.withWords(change)).toList());
    }

    /**
     * Reads an object. Skips {@code details} inside {@code details}, so that an answer that nests thousands of them
     * does not overflow the stack.
     */
    private static ReplyBody object(JsonParser json, boolean outermost) throws IOException {
        String message = "";
        List<Event> events = List.of();
        List<Event> inside = List.of();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals("message")) {
                message = text(json);
            } else if (name.equals("events") && value == JsonToken.START_ARRAY) {
                events = events(json);
            } else if (name.equals("details") && outermost && value == JsonToken.START_OBJECT) {
                inside = object(json, false).events;
            } else {
                json.skipChildren();
            }
        }
        return new ReplyBody(message, events.isEmpty() ? inside : events);
    }

    private static List<Event> events(JsonParser json) throws IOException {
        List<Event> events = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() == null) {
                throw new IOException("cut short");
            }
            if (json.currentToken() == JsonToken.START_OBJECT) {
                events.add(event(json));
            } else {
                json.skipChildren();
                events.add(new Event("", "", ""));
            }
        }
        return events;
    }

    private static Event event(JsonParser json) throws IOException {
        String status = "";
        String error = "";
        String warning = "";
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "status" -> status = text(json);
                case "error_message" -> error = text(json);
                case "warning_message" -> warning = text(json);
                default -> json.skipChildren();
            }
        }
        return new Event(status, error, warning);
    }

    private static String text(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            return json.getText();
        }
        json.skipChildren();
        return "";
    }
}
