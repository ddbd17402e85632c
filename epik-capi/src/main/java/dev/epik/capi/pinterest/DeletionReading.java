// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.epik.capi.ConversionDeletion.Request;
import dev.epik.capi.ConversionDeletion.Result;
import dev.epik.capi.ConversionDeletion.Status;
import dev.epik.capi.json.JacksonFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Decides what an answer about conversion deletion requests means: pure functions of status and body. */
final class DeletionReading {
    private static final JsonFactory JSON = JacksonFactory.builder().build();

    private DeletionReading() {}

    /**
     * A list of requests.
     *
     * @param bookmark finds the next page; empty on the last one
     */
    record Page(List<Request> requests, String bookmark) {}

    /** Reads a list, or one request as a list of one. Empty if the text is neither. */
    static Optional<Page> page(String text) {
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            Fields fields = fields(json);
            if (fields.items != null) {
                return Optional.of(new Page(List.copyOf(fields.items), fields.bookmark));
            }
            return fields.request().map(one -> new Page(List.of(one), ""));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Returns the failure that a status other than 2xx means. */
    static Result.Failed failed(int status, String text, UnaryOperator<String> redacted) {
        String message = ReplyBody.read(text)
                .map(body -> ReplyReading.quote(redacted.apply(body.message())))
                .orElse("");
        String cure = switch (status) {
            case 401 -> " The access token is wrong, expired or revoked: make a new one.";
            case 403 ->
                " Deletion requests are a beta of Pinterest: ask Pinterest to enable it for your app, use a"
                        + " token of this app with ads:write, and check its user's role in the ad account.";
            case 404 -> " There is no such request in this ad account: check both ids.";
            case 413 -> " Name fewer people in one request.";
            case 429 -> " Try again in a minute.";
            default -> "";
        };
        String sentence = ReplyReading.sentence(status, message);
        String end = sentence.endsWith(".") ? "" : ".";
        return new Result.Failed(status, sentence + end + cure, status >= 500 || status == 408);
    }

    /** Returns the failure of a 2xx that cannot be read. */
    static Result.Failed unreadable(int status) {
        return new Result.Failed(
                status, "The " + status + " answer cannot be read: is a proxy or a login page in between?", true);
    }

    private static final class Fields {
        private String id = "";
        private String status = "";
        private String created = "";
        private String processed = "";
        private String bookmark = "";
        private @Nullable List<Request> items;

        private Optional<Request> request() {
            return id.isEmpty() || status.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Request(
                            id,
                            statusOf(status),
                            status,
                            created,
                            Optional.of(processed).filter(t -> !t.isEmpty())));
        }
    }

    private static Fields fields(JsonParser json) throws IOException {
        Fields fields = new Fields();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            switch (name) {
                case "request_id" -> fields.id = text(json);
                case "status" -> fields.status = text(json);
                case "created_time" -> fields.created = text(json);
                case "processed_time" -> fields.processed = text(json);
                case "bookmark" -> fields.bookmark = text(json);
                case "items" -> fields.items = value == JsonToken.START_ARRAY ? items(json) : null;
                default -> json.skipChildren();
            }
        }
        return fields;
    }

    private static List<Request> items(JsonParser json) throws IOException {
        List<Request> items = new ArrayList<>();
        while (json.nextToken() == JsonToken.START_OBJECT) {
            fields(json).request().ifPresent(items::add);
        }
        return items;
    }

    /** Returns a text or number on one line; empty for anything else. */
    private static String text(JsonParser json) throws IOException {
        if (json.currentToken().isScalarValue() && json.currentToken() != JsonToken.VALUE_NULL) {
            return ReplyReading.quote(json.getText());
        }
        json.skipChildren();
        return "";
    }

    private static Status statusOf(String text) {
        return switch (text) {
            case "PENDING" -> Status.PENDING;
            case "SUBMITTED" -> Status.SUBMITTED;
            case "CANCELLED" -> Status.CANCELLED;
            default -> Status.OTHER;
        };
    }
}
