// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.outbox.spi.Backlog;
import dev.epik.capi.outbox.spi.BooksDifference;
import dev.epik.capi.outbox.spi.BooksTotal;
import dev.epik.capi.outbox.spi.OutboxView;
import dev.epik.capi.outbox.spi.Peek;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Prints what is in an outbox, for people or as JSON. */
final class OutboxReport {
    private static final int MAX_DEAD_LETTERS = 1_000_000;

    private final OutboxView view;
    private final boolean isJson;

    OutboxReport(OutboxView view, boolean isJson) {
        this.view = view;
        this.isJson = isJson;
    }

    /** The figures of one ad account. */
    private record Account(String id, Backlog backlog, int delivered, Optional<Peek.Pause> pause) {}

    void stats() {
        List<Account> accounts = new ArrayList<>();
        for (String id : view.adAccounts()) {
            accounts.add(new Account(id, view.backlog(id), view.delivered(id), view.pause(id)));
        }
        if (isJson) {
            JsonOutput.print(json -> JsonOutput.array(json, "ad_accounts", accounts, OutboxReport::write));
            return;
        }
        try (PrintWriter out = new PrintWriter(new StandardOutput())) {
            accounts.forEach(account -> out.println(describe(account)));
            if (accounts.isEmpty()) {
                out.println("empty: no waiting, dead or delivered events");
            }
        }
    }

    private static String describe(Account account) {
        return "ad account " + account.id + ": " + account.backlog.waiting() + " waiting"
                + account.backlog
                        .oldest()
                        .map(age -> ", the oldest for " + readable(age))
                        .orElse("") + "; " + account.backlog.dead()
                + " dead; " + account.delivered + " delivered (remembered)"
                + account.pause
                        .map(pause -> "; paused for " + readable(pause.left()) + ": " + pause.reason())
                        .orElse("");
    }

    private static void write(JsonGenerator json, Account account) throws IOException {
        json.writeStringField("ad_account", account.id);
        json.writeNumberField("waiting", account.backlog.waiting());
        json.writeNumberField("suspects", account.backlog.suspects());
        json.writeNumberField(
                "oldest_seconds",
                account.backlog.oldest().map(Duration::toSeconds).orElse(0L));
        json.writeNumberField("dead", account.backlog.dead());
        json.writeNumberField("delivered", account.delivered);
        json.writeNumberField(
                "paused_seconds",
                account.pause.map(pause -> pause.left().toSeconds()).orElse(0L));
        json.writeStringField(
                "pause_reason", account.pause.map(Peek.Pause::reason).orElse(""));
    }

    void dead() {
        List<DeadLetter> letters = new ArrayList<>();
        for (String account : view.adAccounts()) {
            letters.addAll(view.deadLetters(account, MAX_DEAD_LETTERS));
        }
        printDead(letters, isJson);
    }

    /** Prints a line for each dead letter. */
    static void printDead(List<DeadLetter> letters, boolean isJson) {
        if (isJson) {
            JsonOutput.print(json -> JsonOutput.array(json, "dead", letters, (each, letter) -> {
                each.writeStringField("ad_account", letter.event().adAccount());
                each.writeStringField("event_id", letter.event().id());
                each.writeStringField("event_name", letter.event().name());
                each.writeStringField("since", letter.since().toString());
                each.writeStringField("reason", letter.reason());
            }));
            return;
        }
        try (PrintWriter out = new PrintWriter(new StandardOutput())) {
            for (DeadLetter letter : letters) {
                out.println(letter.event().id() + "  " + letter.event().name() + "  " + letter.since() + "  "
                        + letter.reason());
            }
        }
    }

    /** Prints the books. Returns whether they balance. */
    boolean verify() {
        List<BooksDifference> differences = view.verify();
        List<BooksTotal> totals = view.books();
        if (isJson) {
            JsonOutput.print(json -> {
                json.writeBooleanField("balanced", differences.isEmpty());
                JsonOutput.array(json, "ad_accounts", totals, (each, total) -> {
                    each.writeStringField("ad_account", total.adAccount());
                    write(each, total.stored(), total.accepted(), total.rejected(), total.cancelled(), total.waiting());
                });
                JsonOutput.array(json, "differences", differences, (each, hour) -> {
                    each.writeStringField("ad_account", hour.adAccount());
                    each.writeStringField("hour", hour.hour().toString());
                    write(each, hour.stored(), hour.accepted(), hour.rejected(), hour.cancelled(), hour.waiting());
                    each.writeNumberField("missing", hour.difference());
                });
            });
        } else {
            printBooks(differences, totals);
        }
        return differences.isEmpty();
    }

    private static void write(
            JsonGenerator json, long stored, long accepted, long rejected, long cancelled, long waiting)
            throws IOException {
        json.writeNumberField("stored", stored);
        json.writeNumberField("accepted", accepted);
        json.writeNumberField("rejected", rejected);
        json.writeNumberField("cancelled", cancelled);
        json.writeNumberField("waiting", waiting);
    }

    private static void printBooks(List<BooksDifference> differences, List<BooksTotal> totals) {
        Set<String> unbalanced = new HashSet<>();
        try (PrintWriter out = new PrintWriter(new StandardOutput())) {
            for (BooksDifference hour : differences) {
                unbalanced.add(hour.adAccount());
                out.println("ad account " + hour.adAccount() + ", events stored in the hour from " + hour.hour() + ": "
                        + figures(hour.stored(), hour.accepted(), hour.rejected(), hour.cancelled(), hour.waiting())
                        + ": " + describe(hour.difference()));
            }
            for (BooksTotal total : totals) {
                if (!unbalanced.contains(total.adAccount())) {
                    out.println("ad account " + total.adAccount() + ": books balance: "
                            + figures(
                                    total.stored(),
                                    total.accepted(),
                                    total.rejected(),
                                    total.cancelled(),
                                    total.waiting()));
                }
            }
            if (differences.isEmpty() && totals.isEmpty()) {
                out.println("empty: no event has been sent yet, or the counts have expired");
            }
        }
    }

    private static String figures(long stored, long accepted, long rejected, long cancelled, long waiting) {
        return String.format(
                Locale.ROOT,
                "%,d stored, %,d accepted, %,d rejected, %,d cancelled, %,d waiting",
                stored,
                accepted,
                rejected,
                cancelled,
                waiting);
    }

    private static String describe(long difference) {
        return String.format(Locale.ROOT, "%,d %s", Math.abs(difference), difference > 0 ? "missing" : "too many");
    }

    private static String readable(Duration time) {
        long seconds = time.toSeconds();
        if (seconds < 120) {
            return seconds + " s";
        }
        long minutes = time.toMinutes();
        return minutes < 120 ? minutes + " min" : minutes < 48 * 60 ? time.toHours() + " h" : time.toDays() + " days";
    }
}
