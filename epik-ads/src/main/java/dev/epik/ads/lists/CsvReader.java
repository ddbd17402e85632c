// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.lists;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads CSV (RFC 4180) record by record in bounded memory. Not thread-safe. */
final class CsvReader implements Closeable {
    /** Replaces bytes that cannot be decoded. It is not a valid character, so no text contains it. */
    private static final char UNDECODABLE = '\uffff';

    private static final int MAX_RECORD_LENGTH = 1 << 16;
    private static final int MAX_HEADER = 1 << 13;
    private static final int END = -1;

    private final BufferedReader in;
    private final String charset;
    private char separator = ',';
    private long line = 1;

    /**
     * A record.
     *
     * @param line the number of its first line, from 1
     * @param problem what is wrong with it; null if nothing is
     */
    record Line(long line, List<String> cells, @Nullable String problem) {}

    CsvReader(InputStream in, Charset charset) throws IOException {
        this.in = new BufferedReader(new InputStreamReader(
                in,
                charset.newDecoder()
                        .onMalformedInput(CodingErrorAction.REPLACE)
                        .onUnmappableCharacter(CodingErrorAction.REPLACE)
                        .replaceWith(String.valueOf(UNDECODABLE))));
        this.charset = charset.name();
        this.in.mark(1);
        if (this.in.read() != '\ufeff') {
            this.in.reset();
        }
        findSeparator();
    }

    /** Takes the separator that the first line has most often; a comma if it has none. */
    private void findSeparator() throws IOException {
        in.mark(MAX_HEADER);
        StringBuilder header = new StringBuilder();
        for (int c = in.read(); c != END && c != '\n' && c != '\r' && header.length() < MAX_HEADER - 1; c = in.read()) {
            header.append((char) c);
        }
        in.reset();
        long max = 0;
        for (char candidate : new char[] {',', ';', '\t'}) {
            long count = header.chars().filter(c -> c == candidate).count();
            if (count > max) {
                max = count;
                separator = candidate;
            }
        }
    }

    /**
     * Returns the next record that is not empty; null at the end.
     *
     * @throws ListException if the end of a record is not found. The rest of the file cannot be read then, so it must
     *     not be skipped as one invalid row
     */
    @Nullable
    Line next() throws IOException {
        while (true) {
            long first = line;
            List<String> cells = new ArrayList<>();
            String problem = record(cells);
            if (problem != null) {
                return new Line(first, List.of(), problem);
            }
            if (cells.size() > 1 || (cells.size() == 1 && !cells.get(0).isEmpty())) {
                boolean isDecoded = cells.stream().noneMatch(cell -> cell.indexOf(UNDECODABLE) >= 0);
                return new Line(
                        first, cells, isDecoded ? null : "is not " + charset + ": save the file in that encoding");
            }
            if (cells.isEmpty()) {
                return null;
            }
        }
    }

    /** Reads a record; no cells at the end of the file. Returns what is wrong with it, or null. */
    private @Nullable String record(List<String> cells) throws IOException {
        long first = line;
        StringBuilder cell = new StringBuilder();
        boolean isQuoted = false;
        boolean wasQuoted = false;
        String problem = null;
        int length = 0;
        int c = in.read();
        if (c == END) {
            return null;
        }
        for (; ; c = in.read()) {
            if (++length > MAX_RECORD_LENGTH && (isQuoted || c != '\n')) {
                throw new ListException("Line " + first + " is longer than " + MAX_RECORD_LENGTH
                        + " characters: is a quote not closed?");
            }
            if (c == '\n') {
                line++;
            }
            if (isQuoted) {
                if (c == END) {
                    throw new ListException("Line " + first + " has a quote that is not closed: close it");
                }
                if (c == '"' && !isNext('"')) {
                    isQuoted = false;
                    wasQuoted = true;
                } else {
                    cell.append((char) c);
                }
            } else if (c == END || c == '\n' || c == '\r') {
                cells.add(cell.toString());
                if (c == '\r') {
                    line++;
                    isNext('\n');
                }
                return problem;
            } else if (c == separator) {
                cells.add(cell.toString());
                cell.setLength(0);
                wasQuoted = false;
            } else if (c == '"' && cell.toString().isBlank() && !wasQuoted) {
                cell.setLength(0);
                isQuoted = true;
            } else if (wasQuoted && c != ' ') {
                problem = "has text after a closing quote";
            } else if (!wasQuoted) {
                cell.append((char) c);
            }
        }
    }

    /** Reads the next character if it is this one. */
    private boolean isNext(char expected) throws IOException {
        in.mark(1);
        if (in.read() == expected) {
            return true;
        }
        in.reset();
        return false;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
