// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.epik.testkit.PublishedSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whatever stands in a file of raw events, each line has an answer. Without {@code JAZZER_FUZZ=1} this runs the seeds
 * alone.
 */
class RawFuzzTest {
    /**
     * The first byte chooses the separator; a header that is known comes before the bytes, so that rows are reached.
     */
    @FuzzTest(maxExecutions = 30_000, maxDuration = "40m")
    void csv(byte[] bytes) throws IOException {
        String separator = List.of(",", ";", "\t").get(bytes.length == 0 ? 0 : Math.floorMod(bytes[0], 3));
        String header =
                String.join(separator, "event_name", "event_id", "event_time", "email", "value", "items") + "\n";
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
        file.writeBytes(bytes);
        rows(file.toByteArray());
        try {
            rows(bytes);
        } catch (UnusableFile e) {
            assertTrue(String.valueOf(e.getMessage()).startsWith("The "), e::getMessage);
        }
    }

    private static void rows(byte[] file) throws IOException {
        Rows.Format format =
                new Rows.Format(StandardCharsets.UTF_8, Set.of(), Map.of("action_source", "offline"), Map.of());
        long line = 1;
        try (Rows rows = Rows.open(new ByteArrayInputStream(file), "rows.csv", format)) {
            for (RawEvent raw = rows.next(); raw != null; raw = rows.next()) {
                assertTrue(rows.line() > line, "lines go on");
                line = rows.line();
                if (raw.isGood()) {
                    PublishedSchema.check("{\"data\":[" + raw.event().json() + "]}");
                }
            }
        }
        assertTrue(line <= file.length + 1);
    }

    @FuzzTest(maxExecutions = 500_000, maxDuration = "40m")
    void ndjson(byte[] bytes) throws IOException {
        Rows rows = Rows.ofJson(new ByteArrayInputStream(bytes));
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
