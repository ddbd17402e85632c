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

class LinesTest {
    private static List<String> read(InputStream in) throws IOException {
        Lines lines = new Lines(in, StandardCharsets.UTF_8);
        List<String> read = new ArrayList<>();
        for (Lines.Line line = lines.next(); line != null; line = lines.next()) {
            read.add(line.text() == null ? "!" + line.trouble() : line.text());
        }
        return read;
    }

    private static List<String> read(String text) throws IOException {
        return read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void anEmptyStreamHasNoLine() throws IOException {
        assertEquals(List.of(), read(""));
    }

    @Test
    void theLastLineMayLackItsEndAndAnEmptyOneIsALine() throws IOException {
        assertEquals(List.of("a", "", "b"), read("a\n\nb"));
        assertEquals(List.of("a", "b"), read("a\nb\n"));
        assertEquals(List.of(""), read("\n"));
    }

    @Test
    void whatWindowsAddsIsTakenOff() throws IOException {
        assertEquals(List.of("a", "b\ufeff"), read("\ufeffa\r\nb\ufeff\r\n"));
    }

    @Test
    void aLineMayLieAcrossBuffersAndComeInDrops() throws IOException {
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
    void anEndlessLineIsPassedOverAndTheNextIsRead() throws IOException {
        List<String> lines = read("x".repeat(3_000_000) + "\nb\n");
        assertEquals(List.of("!the line has over 1 MiB: write one event a line", "b"), lines);
    }

    @Test
    void whatIsNotUtf8IsSaidAndTheNextIsRead() throws IOException {
        InputStream latin1 = new ByteArrayInputStream("Z\u00fcrich\nb".getBytes(StandardCharsets.ISO_8859_1));
        String cure = ": save the file in that encoding, or name the file's own, such as --charset windows-1252";
        assertEquals(List.of("!the line is not UTF-8" + cure, "b"), read(latin1));
    }
}
