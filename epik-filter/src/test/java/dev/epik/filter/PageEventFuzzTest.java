// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/**
 * For any body, the parser of page events throws nothing. An accepted body is one of the four events with an id, has
 * only known names and harmless values, and is the same when it is written and read again. Without
 * {@code JAZZER_FUZZ=1} in the environment, only the seeds are run; see CONTRIBUTING.
 */
class PageEventFuzzTest {
    private static final Set<String> EVENTS = Set.of("page_visit", "view_category", "search", "add_to_cart");
    private static final Set<String> NAMES = Set.of("event", "id", "value", "currency", "category", "search", "item");

    /** Bodies over 1 kB never reach the parser. */
    private static final int MAX_LENGTH = 1024;

    @FuzzTest(maxExecutions = 500_000, maxDuration = "40m")
    void body(byte[] bytes) {
        if (bytes.length > MAX_LENGTH) {
            return;
        }
        Map<String, String> values = PageEvent.parse(new String(bytes, StandardCharsets.ISO_8859_1));
        if (values == null) {
            return;
        }
        assertTrue(NAMES.containsAll(values.keySet()), values::toString);
        assertTrue(EVENTS.contains(values.get("event")), values::toString);
        StringBuilder again = new StringBuilder();
        values.forEach((name, value) -> value.lines().forEach(line -> {
            assertTrue(!line.isBlank() && line.length() <= 100, values::toString);
            assertTrue(line.chars().noneMatch(Character::isISOControl), values::toString);
            assertTrue(name.equals("item") || line.equals(value), values::toString);
            String encoded = URLEncoder.encode(line, StandardCharsets.UTF_8).replace("+", "%20");
            again.append(again.isEmpty() ? "" : "&").append(name).append('=').append(encoded);
        }));
        assertEquals(values, PageEvent.parse(again.toString()));
    }
}
