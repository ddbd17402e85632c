// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.outbox.BooksDifference;
import dev.epik.capi.outbox.BooksTotal;
import dev.epik.capi.outbox.DeadLetter;
import dev.epik.capi.outbox.Outbox;
import dev.epik.capi.outbox.OutboxView;
import dev.epik.capi.outbox.SqliteOutbox;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks into an outbox file, and moves what lies in it. */
@Command(
        name = "outbox",
        description = {
            "Looks into an outbox file, and moves what lies in it.",
            "stats: what waits and what is dead. dead: one line per dead letter, with its event id and reason. Both only read,"
                    + " beside a running shop.",
            "verify: whether every event that was counted as stored was accepted, rejected or cancelled, or waits. An event is"
                    + " counted when it is first taken for sending, or cancelled. Only reads, beside a running shop. Exits with 1"
                    + " if events are missing or too many.",
            "redrive: dead letters wait again. deliver: sends what is ready, and exits. Both need the file for themselves: stop"
                    + " the shop first.",
        },
        mixinStandardHelpOptions = true)
final class OutboxCommand implements Callable<Integer> {
    private static final int MANY = 1_000_000;

    /** What to do. In small letters on the command line. */
    enum Action {
        STATS,
        DEAD,
        VERIFY,
        REDRIVE,
        DELIVER;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Mixin
    Destination destination = new Destination();

    @Mixin
    Sending sending = new Sending();

    @Option(names = "--id", paramLabel = "EVENT_ID", description = "redrive: this event alone. Default: all.")
    @Nullable
    String eventId;

    @Option(
            names = "--force",
            description = "redrive: events of over 48 hours ago too. Pinterest may count those again.")
    boolean force;

    @Parameters(index = "0", paramLabel = "PATH", description = "The outbox file.")
    Path file = Path.of("");

    @Parameters(index = "1", paramLabel = "stats|dead|verify|redrive|deliver", description = "What to do.")
    Action action = Action.STATS;

    @Override
    public Integer call() throws InterruptedException {
        if (!Files.exists(file)) {
            throw new WrongUsage("There is no outbox \"" + file + "\"; \"epik send --outbox\" or a shop makes one");
        }
        return switch (action) {
            case STATS -> stats();
            case DEAD -> dead();
            case VERIFY -> verify();
            case REDRIVE -> redrive();
            case DELIVER -> deliver();
        };
    }

    private int stats() {
        try (OutboxView inspection = SqliteOutbox.inspect(file);
                PrintWriter out = new PrintWriter(new Output())) {
            for (String account : inspection.adAccounts()) {
                var backlog = inspection.backlog(account);
                out.println("ad account " + account + ": " + backlog.waiting() + " waiting"
                        + backlog.oldest()
                                .map(age -> ", the oldest for " + words(age))
                                .orElse("") + "; " + backlog.dead()
                        + " dead"
                        + inspection
                                .pause(account)
                                .map(pause -> "; paused for " + words(pause.left()) + ": " + pause.reason())
                                .orElse(""));
            }
            if (inspection.adAccounts().isEmpty()) {
                out.println("empty: nothing was ever stored here, or all of it is forgotten");
            }
        }
        return 0;
    }

    private int dead() {
        try (OutboxView inspection = SqliteOutbox.inspect(file);
                PrintWriter out = new PrintWriter(new Output())) {
            for (String account : inspection.adAccounts()) {
                for (DeadLetter letter : inspection.deadLetters(account, MANY)) {
                    out.println(letter.event().id() + "  " + letter.event().name() + "  " + letter.since() + "  "
                            + letter.reason());
                }
            }
        }
        return 0;
    }

    private int verify() {
        try (OutboxView inspection = SqliteOutbox.inspect(file);
                PrintWriter out = new PrintWriter(new Output())) {
            List<BooksDifference> differences = inspection.verify();
            Set<String> wrong = new HashSet<>();
            for (BooksDifference hour : differences) {
                wrong.add(hour.adAccount());
                out.println("ad account " + hour.adAccount() + ", events stored in the hour from " + hour.hour() + ": "
                        + figures(hour.stored(), hour.accepted(), hour.rejected(), hour.cancelled(), hour.waiting())
                        + ": " + missing(hour.difference()));
            }
            List<BooksTotal> totals = inspection.books();
            for (BooksTotal total : totals) {
                if (!wrong.contains(total.adAccount())) {
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
                out.println("empty: no event was taken for sending yet, or the books of all are forgotten");
            }
            return differences.isEmpty() ? 0 : 1;
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

    private static String missing(long difference) {
        return String.format(
                Locale.ROOT, "%,d %s", Math.abs(difference), difference > 0 ? "missing" : "more than were counted");
    }

    private int redrive() {
        PrintWriter err = spec.commandLine().getErr();
        try (SqliteOutbox outbox = SqliteOutbox.open(file)) {
            DeadLetter.Which which = eventId == null ? new DeadLetter.Which.All() : new DeadLetter.Which.OfId(eventId);
            int events = 0;
            int tooOld = 0;
            for (String account : outbox.adAccounts()) {
                Outbox.Redriven redriven = outbox.redrive(account, which, force);
                events += redriven.events();
                tooOld += redriven.tooOld();
            }
            err.println(events + " wait again; \"epik outbox PATH deliver\" or the shop sends them.");
            if (tooOld > 0) {
                err.println(tooOld + " happened over 48 hours ago and stay dead: Pinterest may count them again."
                        + " --force takes them too.");
            }
            err.flush();
            return tooOld == 0 ? 0 : 1;
        }
    }

    private int deliver() throws InterruptedException {
        Delivering delivering = sending.to(destination);
        Tally tally = new Tally();
        try (SqliteOutbox outbox = SqliteOutbox.open(file)) {
            delivering.run(outbox, spec.commandLine().getErr(), tally);
        }
        return tally.exitCode();
    }

    private static String words(Duration time) {
        long seconds = time.toSeconds();
        if (seconds < 120) {
            return seconds + " s";
        }
        long minutes = time.toMinutes();
        return minutes < 120 ? minutes + " min" : minutes < 48 * 60 ? time.toHours() + " h" : time.toDays() + " days";
    }
}
