// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.epik.capi.json.JacksonFactory;
import java.io.IOException;
import java.util.Optional;

/**
 * The fields of a token answer that are used. Numbers are kept as text, because Pinterest has sent both. Absent, null
 * and empty fields mean the same. {@code response_type} is ignored, because it has more values than the published ones.
 * Shows no token. Immutable.
 *
 * @param error OAuth's error code, such as {@code invalid_grant}
 * @param code Pinterest's error number
 * @param words for people: Pinterest's {@code message}, otherwise OAuth's {@code error_description}, otherwise
 *     {@code error}
 */
record TokenBody(
        String accessToken,
        String expiresIn,
        String refreshToken,
        String refreshExpiresIn,
        String refreshExpiresAt,
        String error,
        String code,
        String words) {
    static final TokenBody EMPTY = new TokenBody("", "", "", "", "", "", "", "");

    private static final JsonFactory JSON = JacksonFactory.builder().build();

    /** Returns the fields, or empty if the text is not a complete JSON object. */
    static Optional<TokenBody> read(String text) {
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            TokenBody body = object(json);
            boolean whole = json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null;
            return whole ? Optional.of(body) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static TokenBody object(JsonParser json) throws IOException {
        String access = "";
        String expiresIn = "";
        String refresh = "";
        String refreshExpiresIn = "";
        String refreshExpiresAt = "";
        String error = "";
        String code = "";
        String message = "";
        String description = "";
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "access_token" -> access = text(json);
                case "expires_in" -> expiresIn = text(json);
                case "refresh_token" -> refresh = text(json);
                case "refresh_token_expires_in" -> refreshExpiresIn = text(json);
                case "refresh_token_expires_at" -> refreshExpiresAt = text(json);
                case "error" -> error = text(json);
                case "code" -> code = text(json);
                case "message" -> message = text(json);
                case "error_description" -> description = text(json);
                default -> json.skipChildren();
            }
        }
        String text = message.isBlank() ? description : message;
        String words = text.isBlank() ? error : text;
        return new TokenBody(access, expiresIn, refresh, refreshExpiresIn, refreshExpiresAt, error, code, words);
    }

    private static String text(JsonParser json) throws IOException {
        JsonToken token = json.currentToken();
        if (token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NUMBER_INT) {
            return json.getText();
        }
        json.skipChildren();
        return "";
    }

    @Override
    public String toString() {
        return "TokenBody[redacted]";
    }
}
