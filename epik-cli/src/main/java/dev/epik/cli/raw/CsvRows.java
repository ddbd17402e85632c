// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
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
 * Records of CSV (RFC 4180), separated by commas, semicolons or tabs: see {@link Columns}. {@code items} and {@code
 * content_ids} may be JSON. An empty cell is no value.
 */
final class CsvRows extends Rows {
    /** Stands for bytes that cannot be decoded: no text has this character. */
    private static final char UNDECODABLE = '\uffff';

    private static final int MAX_HEADER = 1 << 16;

    private final CSVParser parser;
    private final Iterator<CSVRecord> records;
    private final List<String> columns;
    private final Map<String, String> defaults;
    private final String charset;
    private final char separator;

    CsvRows(InputStream in, Map<String, String> defaults, Charset charset, Set<String> ignoredColumns)
            throws IOException {
        super(in);
        this.defaults = defaults;
        this.charset = charset.name();
        BufferedReader text = new BufferedReader(
                new InputStreamReader(
                        in(),
                        charset.newDecoder()
                                .onMalformedInput(CodingErrorAction.REPLACE)
                                .onUnmappableCharacter(CodingErrorAction.REPLACE)
                                .replaceWith(String.valueOf(UNDECODABLE))),
                MAX_HEADER);
        skipByteOrderMark(text);
        this.separator = Columns.separator(firstLine(text));
        this.parser = CSVFormat.RFC4180
                .builder()
                .setDelimiter(separator)
                .setIgnoreEmptyLines(false) // they would make line numbers wrong
                .get()
                .parse(text);
        this.records = parser.iterator();
        this.columns = header(ignoredColumns);
    }

    private static void skipByteOrderMark(BufferedReader text) throws IOException {
        text.mark(1);
        if (text.read() != '\ufeff') {
            text.reset();
        }
    }

    private static String firstLine(BufferedReader text) throws IOException {
        text.mark(MAX_HEADER);
        char[] start = new char[MAX_HEADER];
        int length = 0;
        int read = text.read(start, 0, start.length);
        while (read > 0) {
            for (int i = length; i < length + read; i++) {
                if (start[i] == '\n' || start[i] == '\r') {
                    text.reset();
                    return new String(start, 0, i);
                }
            }
            length += read;
            read = text.read(start, length, start.length - length);
        }
        text.reset();
        return new String(start, 0, length);
    }

    private List<String> header(Set<String> ignoredColumns) {
        CSVRecord header;
        try {
            if (!records.hasNext()) {
                throw new UnusableFile("The file is empty: its first line must name the columns");
            }
            header = records.next();
        } catch (UncheckedIOException | IllegalStateException broken) {
            throw new UnusableFile("The header cannot be read: a quote is not closed");
        }
        if (isUndecodable(header)) {
            throw new UnusableFile("The header " + notDecoded());
        }
        return Columns.of(header.toList(), ignoredColumns);
    }

    @Override
    public @Nullable RawEvent next() {
        try {
            while (true) {
                at(parser.getCurrentLineNumber() + 1);
                if (!records.hasNext()) {
                    return null;
                }
                CSVRecord record = records.next();
                if (record.size() > 1 || !record.get(0).isEmpty()) {
                    return event(record);
                }
            }
        } catch (UncheckedIOException | IllegalStateException broken) {
            // records after a quote that is not closed cannot be told apart; so this is the last one
            return RawEvent.unreadable("is no record of CSV: a quote is not closed, or text follows a closing quote");
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
                            "has more cells than the header has columns: put a cell that contains the"
                                    + " separator (" + separatorName() + ") in double quotes"
                                    + (separator == ',' ? ", and write 3.00 instead of 3,00" : ""));
                }
                String name = columns.get(i);
                if (!name.equals(Columns.NONE)) {
                    (RawEvent.USER_KEYS.contains(name) ? user : event).put(name, value(name, cell));
                }
            }
        }
        event.put("user", user);
        defaults.forEach(event::putIfAbsent);
        return RawEvent.of(event);
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
        return Lines.notDecoded(charset);
    }

    private static Object value(String name, String cell) {
        boolean mayBeJson = name.equals("items") || name.equals("content_ids");
        if (mayBeJson && cell.strip().startsWith("[")) {
            try {
                return RawJson.object("{\"list\":" + cell + "}").getOrDefault("list", cell);
            } catch (RawJson.Broken noJson) {
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
