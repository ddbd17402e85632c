// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the events of a file one by one, in bounded memory. Not thread-safe. The caller closes it. */
public abstract class Rows implements Closeable {
    private static final int MAX_FIRST_LINE = 1 << 13;
    private static final List<String> CSV_NAMES = List.of(".csv", ".tsv", ".tab");

    private final Counting in;
    private long line;

    Rows(InputStream in) {
        this.in = new Counting(in);
    }

    /**
     * The format of a file.
     *
     * @param charset its encoding
     * @param ignoredColumns CSV columns to ignore
     * @param csvDefaults values of keys that a CSV record does not have
     * @param jsonDefaults values of keys that a line of JSON does not have
     * @param advertiserEvents the names of the advertiser-defined events
     */
    public record Format(
            Charset charset,
            Set<String> ignoredColumns,
            Map<String, String> csvDefaults,
            Map<String, String> jsonDefaults,
            Set<String> advertiserEvents) {}

    /**
     * Reads CSV if the name ends in .csv, .tsv or .tab, or if the first line names the column {@code event_name};
     * otherwise one JSON object per line.
     *
     * @throws InvalidFileException if the CSV header is invalid
     */
    public static Rows open(InputStream in, String name, Format format) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in, MAX_FIRST_LINE);
        boolean csv =
                CSV_NAMES.stream().anyMatch(name.toLowerCase(Locale.ROOT)::endsWith) || startsWithColumns(buffered);
        return csv ? new CsvRows(buffered, format) : new JsonRows(buffered, format);
    }

    /** Reads one JSON object per line, in UTF-8. */
    static Rows ofJson(InputStream in) {
        return new JsonRows(in, new Format(StandardCharsets.UTF_8, Set.of(), Map.of(), Map.of(), Set.of()));
    }

    /** Reads at most the first line, because a person may be typing it and waiting for the output. */
    private static boolean startsWithColumns(BufferedInputStream in) throws IOException {
        in.mark(MAX_FIRST_LINE);
        StringBuilder first = new StringBuilder();
        int one = in.read();
        while (one >= 0 && one != '\n' && one != '{' && first.length() < MAX_FIRST_LINE - 1) {
            first.append((char) one);
            one = in.read();
        }
        in.reset();
        String line = first.toString().replace("\u00ef\u00bb\u00bf", ""); // the byte order mark, as bytes
        return one != '{' && CsvHeader.isHeader(line);
    }

    /** Returns whether the next read would wait for input. */
    public abstract boolean wouldBlock() throws IOException;

    /** Returns the next event; null at the end. */
    public abstract @Nullable RawEvent next() throws IOException;

    /** Returns the line on which the last event begins, from 1. */
    public final long line() {
        return line;
    }

    final void at(long lineOfFile) {
        this.line = lineOfFile;
    }

    /** Returns the number of bytes read so far. */
    public final long bytesRead() {
        return in.bytes;
    }

    final InputStream in() {
        return in;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private static final class Counting extends FilterInputStream {
        private long bytes;

        Counting(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int one = super.read();
            bytes += one < 0 ? 0 : 1;
            return one;
        }

        @Override
        public int read(byte[] buffer, int from, int length) throws IOException {
            int some = super.read(buffer, from, length);
            bytes += Math.max(0, some);
            return some;
        }
    }
}
