// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.epik.testkit.PublishedSchema;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Whatever stands in a file of raw events, each line has an answer. Without {@code JAZZER_FUZZ=1} this runs the seeds alone. */
class RawFuzzTest {
    @FuzzTest(maxExecutions = 500_000, maxDuration = "40m")
    void ndjson(byte[] bytes) throws IOException {
        Rows rows = Rows.ofJson(new ByteArrayInputStream(bytes), Map.of());
        int answers = 0;
        for (RawEvent raw = rows.next(); raw != null; raw = rows.next()) {
            answers++;
            if (raw.isGood()) {
                assertTrue(raw.event().json().startsWith("{"), "good, and nothing to send");
                PublishedSchema.check("{\"data\":[" + raw.event().json() + "]}");
            }
        }
        long ends = new String(bytes, StandardCharsets.ISO_8859_1)
                .chars()
                .filter(c -> c == '\n')
                .count();
        boolean open = bytes.length > 0 && bytes[bytes.length - 1] != '\n';
        assertEquals(ends + (open ? 1 : 0), answers);
        assertTrue(answers <= bytes.length);
    }
}
