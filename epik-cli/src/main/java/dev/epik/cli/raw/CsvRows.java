// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * Records of CSV (RFC 4180). The columns are the keys of a raw event; those of its user stand without or with {@code user.} before
 * them. {@code items} and {@code content_ids} may be JSON. An empty cell is none.
 */
final class CsvRows extends Rows {
    private final CSVParser parser;
    private final Iterator<CSVRecord> records;
    private final List<String> columns;
    private final Map<String, String> defaults;

    CsvRows(InputStream in, Map<String, String> defaults) throws IOException {
        super(in);
        this.defaults = defaults;
        BufferedReader text = new BufferedReader(new InputStreamReader(
                in(), StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPLACE)));
        this.parser =
                CSVFormat.RFC4180.builder().setIgnoreEmptyLines(true).get().parse(text);
        this.records = parser.iterator();
        this.columns = records.hasNext() ? names(records.next()) : List.of();
    }

    private static List<String> names(CSVRecord header) {
        List<String> names = new ArrayList<>();
        for (String cell : header) {
            names.add(cell.replace("\ufeff", "").strip());
        }
        return names;
    }

    @Override
    @Nullable
    RawEvent read() {
        try {
            return records.hasNext() ? event(records.next()) : null;
        } catch (UncheckedIOException | IllegalStateException broken) {
            // what stands behind a quote that is never closed cannot be told apart; so this is the last record
            return RawEvent.unreadable("is no record of CSV: is a quote closed twice, or never?");
        }
    }

    private RawEvent event(CSVRecord record) {
        if (record.size() > columns.size()) {
            return RawEvent.unreadable("has more cells than the header has columns: quote cells with commas in them");
        }
        Map<String, Object> event = new LinkedHashMap<>();
        Map<String, Object> user = new LinkedHashMap<>();
        for (int i = 0; i < record.size(); i++) {
            String cell = record.get(i);
            String name = columns.get(i);
            if (!cell.isBlank()) {
                String bare = name.startsWith("user.") ? name.substring("user.".length()) : name;
                boolean ofUser = RawEvent.USER_KEYS.contains(bare);
                (ofUser ? user : event).put(ofUser ? bare : name, value(bare, cell));
            }
        }
        event.put("user", user);
        defaults.forEach(event::putIfAbsent);
        return RawEvent.of(event);
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
