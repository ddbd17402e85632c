// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.capi.event.json.ErasureMatch;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErasureMatchTest {
    private final ErasureMatch match = new ErasureMatch(Set.of("abc"), Set.of("click"));

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "true  | {\"user_data\":{\"em\":[\"x\",\"abc\"]}}",
                "true  | {\"event_id\":\"1\",\"custom_data\":{\"a\":[1]},\"user_data\":{\"ph\":[\"abc\"]}}",
                "true  | {\"user_data\":{\"external_id\":[\"abc\"]}}",
                "true  | {\"user_data\":{\"hashed_maids\":[\"abc\"]}}",
                "true  | {\"user_data\":{\"em\":[\"x\"],\"click_id\":\"click\"}}",
                "false | {\"user_data\":{\"em\":[\"abcd\"],\"click_id\":\"clicks\"}}",
                "false | {\"user_data\":{\"ct\":[\"abc\"],\"partner_id\":\"click\"}}",
                "false | {\"custom_data\":{\"em\":[\"abc\"],\"click_id\":\"click\"}}",
                "false | {\"event_id\":\"abc\"}",
                "false | {\"user_data\":null}",
                "false | {\"user_data\":{\"em\":null,\"ph\":\"x\",\"click_id\":{\"a\":\"click\"}}}",
                "false | {\"user_data\":{\"em\":[\"x\"",
                "false | []",
                "false | not JSON",
                "false | ``",
            })
    void anEventMatchesByOneOfItsIdentifiers(boolean expected, String json) {
        assertEquals(expected, match.matches(json));
    }
}
