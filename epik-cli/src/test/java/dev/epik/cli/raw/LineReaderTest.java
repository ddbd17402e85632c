// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTest {
    private static List<String> read(InputStream in) throws IOException {
        LineReader lines = new LineReader(in, StandardCharsets.UTF_8);
        List<String> read = new ArrayList<>();
        for (LineReader.Line line = lines.next(); line != null; line = lines.next()) {
            read.add(line.text() == null ? "!" + line.problem() : line.text());
        }
        return read;
    }

    private static List<String> read(String text) throws IOException {
        return read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void emptyStreamHasNoLine() throws IOException {
        assertEquals(List.of(), read(""));
    }

    @Test
    void lastLineMayLackItsEndAndAnEmptyLineCounts() throws IOException {
        assertEquals(List.of("a", "", "b"), read("a\n\nb"));
        assertEquals(List.of("a", "b"), read("a\nb\n"));
        assertEquals(List.of(""), read("\n"));
    }

    @Test
    void removesByteOrderMarkAndCarriageReturns() throws IOException {
        assertEquals(List.of("a", "b\ufeff"), read("\ufeffa\r\nb\ufeff\r\n"));
    }

    @Test
    void readsLinesAcrossBuffersAndShortReads() throws IOException {
        String long1 = "x".repeat(100_000);
        String long2 = "\u6771".repeat(100_000);
        InputStream drops = new ByteArrayInputStream((long1 + "\n" + long2).getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized int read(byte[] bytes, int from, int length) {
                return super.read(bytes, from, Math.min(7, length));
            }
        };
        assertEquals(List.of(long1, long2), read(drops));
    }

    @Test
    void skipsATooLongLine() throws IOException {
        List<String> lines = read("x".repeat(3_000_000) + "\nb\n");
        assertEquals(List.of("!the line is longer than 1 MiB: write one event per line", "b"), lines);
    }

    @Test
    void reportsALineThatIsNotUtf8AndReadsTheNext() throws IOException {
        InputStream latin1 = new ByteArrayInputStream("Z\u00fcrich\nb".getBytes(StandardCharsets.ISO_8859_1));
        String cure = ": save the file in that encoding, or name its encoding, such as --charset windows-1252";
        assertEquals(List.of("!the line is not UTF-8" + cure, "b"), read(latin1));
    }
}
