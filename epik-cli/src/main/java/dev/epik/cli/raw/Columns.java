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
 * The columns that the header of a CSV file names. They are the keys of a raw event, in any case; those of its user
 * with or without {@code user.} before them. A column that is not known is refused: its values would be lost without a
 * word. Pure functions.
 */
final class Columns {
    /** A column that is left out, or has no name. */
    static final String NONE = "";

    static final char[] SEPARATORS = {',', ';', '\t'};

    private static final String USER = "user.";

    /** The names of the columns as a raw event has them, those of the user without {@code user.}. */
    private static final Set<String> KNOWN = known();

    /** What other systems call the same, in small letters and digits alone. */
    private static final Map<String, String> ELSEWHERE = Map.ofEntries(
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

    private Columns() {}

    private static Set<String> known() {
        Set<String> known = new TreeSet<>(RawEvent.KEYS);
        known.remove("user");
        known.addAll(RawEvent.USER_KEYS);
        return known;
    }

    /** Returns the separator with which the header names most known columns; a comma if none does. */
    static char separator(String header) {
        char best = SEPARATORS[0];
        long most = 0;
        for (char separator : SEPARATORS) {
            long known = names(header, separator).filter(KNOWN::contains).count();
            if (known > most) {
                most = known;
                best = separator;
            }
        }
        return best;
    }

    /** Returns whether a line is a header: it names the column that every file must have. */
    static boolean isHeader(String line) {
        return names(line, separator(line)).anyMatch("event_name"::equals);
    }

    private static Stream<String> names(String header, char separator) {
        return Stream.of(header.split(String.valueOf(separator), -1)).map(cell -> bare(cell.replace("\"", "")));
    }

    /**
     * Reads the header.
     *
     * @param ignored names of columns that are left out
     * @return the key of each column, or {@link #NONE}
     * @throws UnusableFile if a column is not known or is there twice, or if {@code event_name} is missing
     */
    static List<String> of(List<String> header, Set<String> ignored) {
        Set<String> leftOut = ignored.stream().map(Columns::bare).collect(Collectors.toSet());
        List<String> columns = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (int i = 0; i < header.size(); i++) {
            String name = bare(header.get(i));
            if (name.isEmpty() || leftOut.contains(name)) {
                columns.add(NONE);
            } else if (!KNOWN.contains(name)) {
                unknown.add(quotable(header.get(i), i));
            } else if (columns.contains(name)) {
                throw new UnusableFile("The header has the column " + name + " twice: leave one out");
            } else {
                columns.add(name);
            }
        }
        boolean anyKnown = columns.stream().anyMatch(KNOWN::contains);
        if (!anyKnown) {
            throw new UnusableFile(
                    "The header has none of the known columns. Are its cells separated by a comma, a semicolon or"
                            + " a tab? It must be the first line, such as: event_name,event_time,event_id,email,value,currency");
        }
        if (!unknown.isEmpty()) {
            throw new UnusableFile(message(unknown));
        }
        if (!columns.contains("event_name")) {
            throw new UnusableFile("The header has no column event_name: add one that holds, for example, checkout");
        }
        return List.copyOf(columns);
    }

    private static String message(List<String> unknown) {
        String named = unknown.stream().map(Columns::withMeant).collect(Collectors.joining(", "));
        return "The header has columns that are not known: " + named
                + ". Correct the names, or leave these columns out with" + " --ignore-columns "
                + String.join(",", unknown);
    }

    private static String withMeant(String name) {
        String meant = meant(name);
        return meant.isEmpty() ? name : name + " (did you mean " + meant + "?)";
    }

    private static String meant(String name) {
        boolean user = name.toLowerCase(Locale.ROOT).startsWith(USER);
        String bare = user ? name.substring(USER.length()) : name;
        String elsewhere = ELSEWHERE.getOrDefault(Nearest.letters(bare), "");
        Collection<String> candidates = user ? RawEvent.USER_KEYS : KNOWN;
        String near = elsewhere.isEmpty() ? Nearest.to(bare, candidates).orElse("") : elsewhere;
        return user && RawEvent.USER_KEYS.contains(near) ? USER + near : near;
    }

    /** In a file without a header the first line holds a customer's values. */
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
