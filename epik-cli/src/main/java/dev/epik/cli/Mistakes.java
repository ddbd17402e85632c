// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.event.Problem;
import dev.epik.cli.raw.RawEvent;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Prints the first mistakes of each kind, and at the end how many more there were. Thread-safe. */
final class Mistakes {
    private static final int SHOWN = 5;

    /** Warnings tell what is left out of events that are good. */
    private static final int SHOWN_WARNINGS = 1;

    /** Kinds are messages without numbers, so there are few; this bounds them whatever Pinterest answers. */
    private static final int MAX_KINDS = 200;

    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    private static final String OTHERS = "other mistakes";

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

    Mistakes(PrintWriter err) {
        this.err = err;
    }

    /** Adds what refuses an event, or else what is left out of it. */
    void add(long line, RawEvent raw) {
        for (Problem problem : raw.problems()) {
            if (problem.isError() || raw.isGood()) {
                String what = (problem.field().isEmpty() ? "" : problem.field() + " ") + problem.message();
                boolean refusal = problem.isError();
                add("line " + line + ": ", refusal ? what : "warning: " + what, refusal ? SHOWN : SHOWN_WARNINGS);
            }
        }
    }

    /** @param where the place, printed before the mistake */
    void add(String where, String what) {
        add(where, what, SHOWN);
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

    /** Prints how many mistakes were not printed, and forgets all. */
    synchronized void sumUp() {
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
