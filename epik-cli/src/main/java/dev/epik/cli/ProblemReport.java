// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.event.Problem;
import dev.epik.cli.raw.RawEvent;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Prints the first few problems of each kind, and at the end how many more there were. Thread-safe. */
final class ProblemReport {
    private static final int MAX_SHOWN = 5;

    /** Warnings name the fields that are left out of valid events. */
    private static final int MAX_SHOWN_WARNINGS = 1;

    /** A kind is a message without its numbers. The limit bounds the memory, because Pinterest's messages may vary. */
    private static final int MAX_KINDS = 200;

    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    private static final String OTHERS = "other problems";

    private final PrintWriter err;
    private final Map<String, Count> kinds = new LinkedHashMap<>();

    private static final class Count {
        private final int shown;
        private long times;
        private String last = "";

        Count(int shown) {
            this.shown = shown;
        }
    }

    ProblemReport(PrintWriter err) {
        this.err = err;
    }

    /** Adds the errors of an invalid event, or the warnings of a valid one. */
    void add(long line, RawEvent raw) {
        for (Problem problem : raw.problems()) {
            if (problem.isError() || raw.isValid()) {
                String what = (problem.field().isEmpty() ? "" : problem.field() + " ") + problem.message();
                boolean error = problem.isError();
                add("line " + line + ": ", error ? what : "warning: " + what, error ? MAX_SHOWN : MAX_SHOWN_WARNINGS);
            }
        }
    }

    /**
     * Adds a problem.
     *
     * @param where the place, printed before the problem
     */
    void add(String where, String what) {
        add(where, what, MAX_SHOWN);
    }

    private synchronized void add(String where, String what, int shown) {
        String kind = NUMBER.matcher(what).replaceAll("0");
        String counted = kinds.size() < MAX_KINDS || kinds.containsKey(kind) ? kind : OTHERS;
        Count count = kinds.computeIfAbsent(counted, unseen -> new Count(shown));
        count.times++;
        count.last = what;
        if (count.times <= count.shown) {
            err.println(where + what);
            err.flush();
        }
    }

    /** Prints how many problems of each kind were not printed, and resets the counts. */
    synchronized void printTotals() {
        kinds.forEach((kind, count) -> {
            if (count.times > count.shown) {
                err.println("... and " + (count.times - count.shown) + " more: "
                        + (kind.equals(OTHERS) ? kind : count.last));
            }
        });
        err.flush();
        kinds.clear();
    }
}
