// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the header of a CSV file. Columns have the names of a raw event's keys in upper or lower case; those of the
 * user may start with {@code user.}. An unknown column is an error, because its values would be lost silently. Pure
 * functions.
 */
final class CsvHeader {
    /** The key of a column that is ignored or has no name. */
    static final String NONE = "";

    static final char[] SEPARATORS = {',', ';', '\t'};

    private static final String USER = "user.";

    /** The keys of a raw event, those of the user without {@code user.}. */
    private static final Set<String> KNOWN = known();

    /** The names that other systems use, in lower-case letters and digits only, and the matching keys. */
    private static final Map<String, String> SYNONYMS = Map.ofEntries(
            Map.entry("amount", "value"),
            Map.entry("total", "value"),
            Map.entry("revenue", "value"),
            Map.entry("price", "value"),
            Map.entry("event", "event_name"),
            Map.entry("date", "event_time"),
            Map.entry("time", "event_time"),
            Map.entry("timestamp", "event_time"),
            Map.entry("order", "order_id"),
            Map.entry("ordernumber", "order_id"),
            Map.entry("id", "event_id"),
            Map.entry("mail", "email"),
            Map.entry("emailaddress", "email"),
            Map.entry("tel", "phone"),
            Map.entry("telephone", "phone"),
            Map.entry("mobile", "phone"),
            Map.entry("surname", "last_name"),
            Map.entry("birthday", "birth_date"),
            Map.entry("postcode", "zip"),
            Map.entry("postalcode", "zip"),
            Map.entry("plz", "zip"),
            Map.entry("quantity", "num_items"),
            Map.entry("epik", "click_id"));

    private CsvHeader() {}

    private static Set<String> known() {
        Set<String> known = new TreeSet<>(RawEvent.KEYS);
        known.remove("user");
        known.addAll(RawEvent.USER_KEYS);
        return known;
    }

    /** Returns the separator that yields the most known columns; a comma if no separator yields any. */
    static char separator(String header) {
        char best = SEPARATORS[0];
        long max = 0;
        for (char separator : SEPARATORS) {
            long known = names(header, separator).filter(KNOWN::contains).count();
            if (known > max) {
                max = known;
                best = separator;
            }
        }
        return best;
    }

    /** Returns whether a line is a header: it contains the required column {@code event_name}. */
    static boolean isHeader(String line) {
        return names(line, separator(line)).anyMatch("event_name"::equals);
    }

    private static Stream<String> names(String header, char separator) {
        return Stream.of(header.split(String.valueOf(separator), -1)).map(cell -> bare(cell.replace("\"", "")));
    }

    /**
     * Reads the header.
     *
     * @param ignored the names of columns to ignore
     * @return the key of each column, or {@link #NONE}
     * @throws InvalidFileException if a column is unknown or duplicate, or if {@code event_name} is missing
     */
    static List<String> of(List<String> header, Set<String> ignored) {
        Set<String> leftOut = ignored.stream().map(CsvHeader::bare).collect(Collectors.toSet());
        List<String> columns = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (int i = 0; i < header.size(); i++) {
            String name = bare(header.get(i));
            if (name.isEmpty() || leftOut.contains(name)) {
                columns.add(NONE);
            } else if (!KNOWN.contains(name)) {
                unknown.add(quotable(header.get(i), i));
            } else if (columns.contains(name)) {
                throw new InvalidFileException("The header has the column " + name + " twice: remove one");
            } else {
                columns.add(name);
            }
        }
        boolean anyKnown = columns.stream().anyMatch(KNOWN::contains);
        if (!anyKnown) {
            throw new InvalidFileException(
                    "The header has no known column. It must be the first line, separated by commas, semicolons or tabs,"
                            + " such as: event_name,event_time,event_id,email,value,currency");
        }
        if (!unknown.isEmpty()) {
            throw new InvalidFileException(message(unknown));
        }
        if (!columns.contains("event_name")) {
            throw new InvalidFileException("The header has no column event_name: add it, with values such as checkout");
        }
        return List.copyOf(columns);
    }

    private static String message(List<String> unknown) {
        String named = unknown.stream().map(CsvHeader::withSuggestion).collect(Collectors.joining(", "));
        return "The header has unknown columns: " + named
                + ". Correct the names, or ignore these columns with --ignore-columns "
                + String.join(",", unknown);
    }

    private static String withSuggestion(String name) {
        String meant = suggestion(name);
        return meant.isEmpty() ? name : name + " (did you mean " + meant + "?)";
    }

    private static String suggestion(String name) {
        boolean user = name.toLowerCase(Locale.ROOT).startsWith(USER);
        String bare = user ? name.substring(USER.length()) : name;
        String elsewhere = SYNONYMS.getOrDefault(NearestWord.letters(bare), "");
        Collection<String> candidates = user ? RawEvent.USER_KEYS : KNOWN;
        String near = elsewhere.isEmpty() ? NearestWord.to(bare, candidates).orElse("") : elsewhere;
        return user && RawEvent.USER_KEYS.contains(near) ? USER + near : near;
    }

    /** Returns a name that may be quoted. In a file without a header, the first line contains a customer's data. */
    private static String quotable(String cell, int index) {
        String name = cell.strip();
        return name.matches("\\p{L}[\\p{L}\\p{N} _.-]{0,39}") ? name : "(column " + (index + 1) + ")";
    }

    private static String bare(String cell) {
        String name = cell.strip().toLowerCase(Locale.ROOT);
        return name.startsWith(USER) && RawEvent.USER_KEYS.contains(name.substring(USER.length()))
                ? name.substring(USER.length())
                : name;
    }
}
