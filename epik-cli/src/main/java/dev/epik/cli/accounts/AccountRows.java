// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.accounts;

import dev.epik.capi.pinterest.AdAccountId;
import dev.epik.cli.raw.InvalidFileException;
import dev.epik.cli.raw.NearestWord;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Reads the lines of an accounts file: CSV with the columns {@code ad_account_id} and {@code token_file} or
 * {@code token_env}. The messages quote no cell, because it may be a token. Pure functions.
 */
final class AccountRows {
    static final String EXAMPLE = "ad_account_id,token_file";

    private static final String ID = "ad_account_id";
    private static final String FILE = "token_file";
    private static final String VARIABLE = "token_env";
    private static final List<String> COLUMNS = List.of(ID, FILE, VARIABLE);
    private static final Pattern VARIABLE_NAME = Pattern.compile("[A-Z][A-Z0-9_]*");
    private static final Pattern QUOTABLE = Pattern.compile("[\\p{L} _.-]{1,40}");
    private static final String SEPARATORS = ",;\t";

    private AccountRows() {}

    /**
     * Reads all lines.
     *
     * @param name of the file, for messages
     * @throws InvalidFileException if a column or a line is invalid, or if there is no ad account
     */
    static List<AccountRow> of(String text, String name) {
        String csv = text.startsWith("\ufeff") ? text.substring(1) : text;
        if (csv.isBlank()) {
            throw new InvalidFileException(name + " is empty: its first line must be " + EXAMPLE);
        }
        try (CSVParser parser = format(csv).parse(new StringReader(csv))) {
            Iterator<CSVRecord> records = parser.iterator();
            List<String> columns = columns(records.next(), name);
            List<AccountRow> rows = new ArrayList<>();
            Map<String, Long> lines = new HashMap<>();
            while (records.hasNext()) {
                CSVRecord record = records.next();
                if (record.size() > 1 || !record.get(0).isBlank()) {
                    AccountRow row = row(record, columns, name + ", line " + record.getRecordNumber() + ": ");
                    Long first = lines.putIfAbsent(row.adAccount(), record.getRecordNumber());
                    if (first != null) {
                        throw new InvalidFileException(name + ", line " + record.getRecordNumber() + ": ad account "
                                + row.adAccount() + " is in line " + first + " too: remove one of them");
                    }
                    rows.add(row);
                }
            }
            if (rows.isEmpty()) {
                throw new InvalidFileException(name + " has no ad account: add a line for each one below " + EXAMPLE);
            }
            return List.copyOf(rows);
        } catch (IOException | UncheckedIOException | IllegalStateException e) {
            throw new InvalidFileException(name + " is not CSV: a quote is not closed");
        }
    }

    private static CSVFormat format(String csv) {
        String header = csv.lines().findFirst().orElse("");
        char separator = ',';
        for (int i = 0; i < SEPARATORS.length(); i++) {
            char each = SEPARATORS.charAt(i);
            separator = header.indexOf(separator) < 0 && header.indexOf(each) >= 0 ? each : separator;
        }
        return CSVFormat.RFC4180
                .builder()
                .setDelimiter(separator)
                .setIgnoreEmptyLines(false) // skipping them would make the line numbers wrong
                .get();
    }

    private static List<String> columns(CSVRecord header, String name) {
        List<String> columns = new ArrayList<>();
        for (String cell : header) {
            String column = cell.strip().toLowerCase(Locale.ROOT);
            if (!COLUMNS.contains(column)) {
                throw new InvalidFileException(name + " has the unknown column " + described(column, columns.size())
                        + ". The first line must be " + EXAMPLE + ", or with " + VARIABLE
                        + " for the names of environment variables. Tokens must not be in it");
            }
            if (columns.contains(column)) {
                throw new InvalidFileException(name + " has the column " + column + " twice: remove one");
            }
            columns.add(column);
        }
        if (!columns.contains(ID) || columns.size() == 1) {
            throw new InvalidFileException(name + " has no column "
                    + (columns.contains(ID) ? FILE + " and no column " + VARIABLE : ID)
                    + ": its first line must be " + EXAMPLE);
        }
        return columns;
    }

    private static String described(String column, int index) {
        String quoted = QUOTABLE.matcher(column).matches() ? column : "number " + (index + 1);
        return NearestWord.to(column, COLUMNS)
                .map(near -> quoted + " (did you mean " + near + "?)")
                .orElse(quoted);
    }

    private static AccountRow row(CSVRecord record, List<String> columns, String place) {
        if (record.size() != columns.size()) {
            throw new InvalidFileException(place + record.size() + " cells, and the first line has " + columns.size());
        }
        String id = cell(record, columns, ID);
        if (!AdAccountId.isValid(id)) {
            throw new InvalidFileException(
                    place + "the ad account id is not 1 to 18 digits: copy it from the address of Ads Manager");
        }
        String file = cell(record, columns, FILE);
        String variable = cell(record, columns, VARIABLE);
        if (file.isEmpty() == variable.isEmpty()) {
            throw new InvalidFileException(place
                    + (file.isEmpty() ? "no token: give " : "two tokens: give one of ")
                    + FILE
                    + (file.isEmpty() ? " or " : " and ")
                    + VARIABLE);
        }
        if (!variable.isEmpty() && !VARIABLE_NAME.matcher(variable).matches()) {
            throw new InvalidFileException(place + VARIABLE
                    + " is no name of an environment variable: give one such as PINTEREST_TOKEN_7, not the token");
        }
        if (!isPath(file)) {
            throw new InvalidFileException(place + FILE + " is no path: give the file that holds the token");
        }
        return new AccountRow(id, file.isEmpty(), file.isEmpty() ? variable : file);
    }

    private static boolean isPath(String text) {
        try {
            var unused = Path.of(text);
            return true;
        } catch (InvalidPathException ignored) {
            return false;
        }
    }

    private static String cell(CSVRecord record, List<String> columns, String column) {
        int index = columns.indexOf(column);
        return index < 0 ? "" : record.get(index).strip();
    }
}
