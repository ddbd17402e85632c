// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.epik.capi.EpikException;
import dev.epik.capi.json.JacksonFactory;
import dev.epik.capi.oauth.spi.OAuthGrant;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * The JSON of a grant. Times are epoch milliseconds, and the field {@code format} identifies the file. Pure functions.
 */
final class GrantText {
    private static final JsonFactory JSON = JacksonFactory.builder().build();
    private static final String FORMAT = "epik-oauth-grant-1";

    private GrantText() {}

    static String write(OAuthGrant grant) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("format", FORMAT);
            json.writeStringField("access_token", grant.accessToken());
            json.writeNumberField("issued_at", grant.issuedAt().toEpochMilli());
            json.writeNumberField("expires_at", grant.expiresAt().toEpochMilli());
            json.writeStringField("refresh_token", grant.refreshToken());
            if (grant.refreshExpiresAt().isPresent()) {
                json.writeNumberField(
                        "refresh_expires_at", grant.refreshExpiresAt().get().toEpochMilli());
            }
            json.writeEndObject();
        } catch (IOException e) { // cannot happen: it writes to a string
            throw new UncheckedIOException(e);
        }
        return text + "\n";
    }

    /** Returns the grant, or empty if the text is not a complete grant. */
    static Optional<OAuthGrant> read(String text) {
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            return grant(json);
        } catch (IOException | DateTimeException | EpikException e) {
            return Optional.empty();
        }
    }

    private static Optional<OAuthGrant> grant(JsonParser json) throws IOException {
        String format = "";
        String access = "";
        String refresh = "";
        Optional<Instant> issued = Optional.empty();
        Optional<Instant> expires = Optional.empty();
        Optional<Instant> refreshExpires = Optional.empty();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            switch (name) {
                case "format" -> format = value.isScalarValue() ? json.getText() : "";
                case "access_token" -> access = json.getValueAsString("");
                case "refresh_token" -> refresh = json.getValueAsString("");
                case "issued_at" -> issued = Optional.of(Instant.ofEpochMilli(json.getLongValue()));
                case "expires_at" -> expires = Optional.of(Instant.ofEpochMilli(json.getLongValue()));
                case "refresh_expires_at" -> refreshExpires = Optional.of(Instant.ofEpochMilli(json.getLongValue()));
                default -> json.skipChildren();
            }
        }
        boolean whole = json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null;
        if (!whole || !format.equals(FORMAT) || issued.isEmpty() || expires.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new OAuthGrant(access, issued.get(), expires.get(), refresh, refreshExpires));
    }
}
