// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.epik.testing.PublishedSchema;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads any file of raw events: each line has a result. Without {@code JAZZER_FUZZ=1} in the environment only the seeds
 * run; see CONTRIBUTING.
 */
class RawFuzzTest {
    private static final Rows.Format FORMAT =
            new Rows.Format(StandardCharsets.UTF_8, Set.of(), Map.of("action_source", "offline"), Map.of(), Set.of());

    private static final List<byte[]> HEADERS = Stream.of(
                    "event_name,event_id,event_time,email,value,items\n",
                    "event_name;event_id;event_time;email;value;items\n",
                    "event_name\tevent_id\tevent_time\temail\tvalue\titems\n",
                    "")
            .map(header -> header.getBytes(StandardCharsets.US_ASCII))
            .toList();

    /**
     * Reads CSV. The first byte selects a known header, which is put in front of the other bytes, so that the fuzzer
     * reaches rows, or no header ({@code '0'} to {@code '3'} in the seeds).
     */
    @FuzzTest(maxExecutions = 25_000, maxDuration = "40m")
    void csv(byte[] bytes) throws IOException {
        if (bytes.length == 0) {
            return;
        }
        byte[] header = HEADERS.get(bytes[0] & 3);
        byte[] file = Arrays.copyOf(header, header.length + bytes.length - 1);
        System.arraycopy(bytes, 1, file, header.length, bytes.length - 1);
        long line = 1;
        try (Rows rows = new CsvRows(new ByteArrayInputStream(file), FORMAT)) {
            for (RawEvent raw = rows.next(); raw != null; raw = rows.next()) {
                assertTrue(rows.line() > line, "line numbers increase");
                line = rows.line();
                if (raw.isValid()) {
                    PublishedSchema.check("{\"data\":[" + raw.event().json() + "]}");
                }
            }
        } catch (InvalidFileException e) {
            assertEquals(0, header.length, "the known header is accepted");
            assertTrue(String.valueOf(e.getMessage()).startsWith("The "), e::getMessage);
        }
        assertTrue(line <= file.length + 1);
    }

    @FuzzTest(maxExecutions = 125_000, maxDuration = "40m")
    void ndjson(byte[] bytes) throws IOException {
        Rows rows = Rows.ofJson(new ByteArrayInputStream(bytes));
        int answers = 0;
        for (RawEvent raw = rows.next(); raw != null; raw = rows.next()) {
            answers++;
            if (raw.isValid()) {
                assertTrue(raw.event().json().startsWith("{"), "a valid event has JSON");
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
