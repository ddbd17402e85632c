// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CodingErrorAction;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads events from CSV (RFC 4180), separated by commas, semicolons or tabs; see {@link CsvHeader}. {@code items} and
 * {@code content_ids} may be JSON. An empty cell means that the value is missing.
 */
final class CsvRows extends Rows {
    /** Replaces bytes that cannot be decoded. It is not a valid character, so no text contains it. */
    private static final char UNDECODABLE = '\uffff';

    /** The number of characters that are searched for the separator. */
    private static final int MAX_HEADER = 1 << 13;

    private final CSVParser parser;
    private final Iterator<CSVRecord> records;
    private final List<String> columns;
    private final Format format;
    private final char separator;
    private boolean broken;

    CsvRows(InputStream in, Format format) throws IOException {
        super(in);
        this.format = format;
        BufferedReader text = new BufferedReader(new InputStreamReader(
                in(),
                format.charset()
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPLACE)
                        .onUnmappableCharacter(CodingErrorAction.REPLACE)
                        .replaceWith(String.valueOf(UNDECODABLE))));
        skipByteOrderMark(text);
        this.separator = CsvHeader.separator(firstLine(text));
        this.parser = CSVFormat.RFC4180
                .builder()
                .setDelimiter(separator)
                .setIgnoreEmptyLines(false) // skipping them would make the line numbers wrong
                .get()
                .parse(text);
        this.records = parser.iterator();
        this.columns = header(format.ignoredColumns());
    }

    private static void skipByteOrderMark(BufferedReader text) throws IOException {
        text.mark(1);
        if (text.read() != '\ufeff') {
            text.reset();
        }
    }

    /** Returns the first line, or the first {@link #MAX_HEADER} characters of it. */
    private static String firstLine(BufferedReader text) throws IOException {
        text.mark(MAX_HEADER);
        StringBuilder line = new StringBuilder();
        int one = text.read();
        while (one >= 0 && one != '\n' && one != '\r' && line.length() < MAX_HEADER - 1) {
            line.append((char) one);
            one = text.read();
        }
        text.reset();
        return line.toString();
    }

    private List<String> header(Set<String> ignoredColumns) {
        CSVRecord header;
        try {
            if (!records.hasNext()) {
                throw new InvalidFileException("The file is empty: its first line must name the columns");
            }
            header = records.next();
        } catch (UncheckedIOException | IllegalStateException e) {
            throw new InvalidFileException("The header is invalid: a quote is not closed");
        }
        if (isUndecodable(header)) {
            throw new InvalidFileException("The header " + notDecoded());
        }
        return CsvHeader.of(header.toList(), ignoredColumns);
    }

    @Override
    public @Nullable RawEvent next() {
        try {
            while (true) {
                at(parser.getCurrentLineNumber() + 1);
                if (broken || !records.hasNext()) {
                    return null;
                }
                CSVRecord record = records.next();
                if (record.size() > 1 || !record.get(0).isEmpty()) {
                    return event(record);
                }
            }
        } catch (UncheckedIOException | IllegalStateException e) {
            broken = true; // the start of the next record is unknown
            return RawEvent.unreadable(
                    "is not valid CSV: a quote is not closed, or text follows a closing quote. The rest of"
                            + " the file was not read");
        }
    }

    private RawEvent event(CSVRecord record) {
        if (isUndecodable(record)) {
            return RawEvent.unreadable(notDecoded());
        }
        Map<String, Object> event = new LinkedHashMap<>();
        Map<String, Object> user = new LinkedHashMap<>();
        for (int i = 0; i < record.size(); i++) {
            String cell = record.get(i);
            if (!cell.isBlank()) {
                if (i >= columns.size()) {
                    return RawEvent.unreadable(
                            "has more cells than the header has columns: put cells that contain the separator ("
                                    + separatorName() + ") in double quotes"
                                    + (separator == ',' ? ", and write 3.00 instead of 3,00" : ""));
                }
                String name = columns.get(i);
                if (!name.equals(CsvHeader.NONE)) {
                    (RawEvent.USER_KEYS.contains(name) ? user : event).put(name, value(name, cell));
                }
            }
        }
        event.put("user", user);
        format.csvDefaults().forEach(event::putIfAbsent);
        return RawEvent.of(event, format.advertiserEvents());
    }

    private String separatorName() {
        return switch (separator) {
            case ';' -> "a semicolon";
            case '\t' -> "a tab";
            default -> "a comma";
        };
    }

    private static boolean isUndecodable(CSVRecord record) {
        for (String cell : record) {
            if (cell.indexOf(UNDECODABLE) >= 0) {
                return true;
            }
        }
        return false;
    }

    private String notDecoded() {
        return LineReader.notDecoded(format.charset().name());
    }

    private static Object value(String name, String cell) {
        boolean mayBeJson = name.equals("items") || name.equals("content_ids");
        if (mayBeJson && cell.strip().startsWith("[")) {
            try {
                return RawJson.object("{\"list\":" + cell + "}").getOrDefault("list", cell);
            } catch (RawJson.InvalidJsonException ignored) { // a plain text that starts with a bracket
                return cell;
            }
        }
        return cell;
    }

    @Override
    public boolean wouldBlock() {
        return false;
    }

    @Override
    public void close() throws IOException {
        parser.close();
        super.close();
    }
}
