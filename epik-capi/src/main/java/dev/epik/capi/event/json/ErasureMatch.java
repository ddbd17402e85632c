// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.epik.capi.event.data.MatchKey;
import dev.epik.capi.json.JacksonFactory;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides whether the JSON of a stored event belongs to a person: whether one of its hashed emails, phone numbers,
 * external ids and advertising ids, or its click id, is one of the person's. A pure function. Thread-safe.
 */
public final class ErasureMatch {
    private static final JsonFactory JSON = JacksonFactory.builder().build();

    private static final Set<String> HASHED = Stream.of(
                    MatchKey.EMAIL, MatchKey.PHONE, MatchKey.EXTERNAL_ID, MatchKey.MAID)
            .map(EventJson::wireName)
            .collect(Collectors.toUnmodifiableSet());

    private final Set<String> hashes;
    private final Set<String> clickIds;

    /**
     * @param hashes SHA-256 of normalised values, as 64 hex digits in lower case
     * @param clickIds as they are sent
     */
    public ErasureMatch(Set<String> hashes, Set<String> clickIds) {
        this.hashes = Set.copyOf(hashes);
        this.clickIds = Set.copyOf(clickIds);
    }

    /** Returns whether the event belongs to the person. JSON that cannot be read matches no person. */
    public boolean matches(String eventJson) {
        if (hashes.isEmpty() && clickIds.isEmpty()) {
            return false;
        }
        try (JsonParser json = JSON.createParser(eventJson)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean isUserData = json.currentName().equals(EventJson.USER_DATA);
                if (json.nextToken() == JsonToken.START_OBJECT && isUserData) {
                    return matchesUserData(json);
                }
                json.skipChildren();
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    private boolean matchesUserData(JsonParser json) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (value == JsonToken.START_ARRAY && HASHED.contains(name)) {
                while (json.nextToken() == JsonToken.VALUE_STRING) {
                    if (hashes.contains(json.getText())) {
                        return true;
                    }
                }
            } else if (name.equals(MatchKeyNames.CLICK_ID) && clickIds.contains(json.getText())) {
                return true;
            } else {
                json.skipChildren();
            }
        }
        return false;
    }
}
