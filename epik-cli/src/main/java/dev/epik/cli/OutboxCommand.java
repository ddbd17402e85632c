// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.AccountClient.RedriveResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.outbox.spi.BooksDifference;
import dev.epik.capi.outbox.spi.BooksTotal;
import dev.epik.capi.outbox.spi.OutboxView;
import dev.epik.cli.raw.Nearest;
import dev.epik.cli.raw.RawEvent;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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
        customSynopsis = "epik outbox PATH ACTION [OPTIONS]",
        description = {
            "Looks into an outbox file, and moves what lies in it.",
            "Actions that only read, beside a running shop:",
            "  stats    counts events that wait, are dead, or were delivered",
            "  dead     lists the dead letters: id, name, time and reason",
            "  verify   checks that every event that was counted as stored has an outcome",
            "           or waits; exit code 1: some are missing or too many",
            "Actions that need the file for themselves, so stop the shop first:",
            "  redrive  makes dead letters wait again",
            "  cancel   removes the event --id, if it was not sent yet",
            "  deliver  sends what is ready, and exits",
        })
final class OutboxCommand implements Callable<Integer> {
    private static final int MANY = 1_000_000;

    /** What to do. In small letters on the command line. */
    enum Action {
        STATS,
        DEAD,
        VERIFY,
        REDRIVE,
        CANCEL,
        DELIVER;

        static Optional<Action> of(String word) {
            return Stream.of(values())
                    .filter(action -> action.name().equalsIgnoreCase(word))
                    .findAny();
        }

        static List<String> words() {
            return Stream.of(values())
                    .map(action -> action.name().toLowerCase(Locale.ROOT))
                    .toList();
        }
    }

    @Mixin
    Help help = new Help();

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Mixin
    Destination destination = new Destination();

    @Mixin
    Sending sending = new Sending();

    @Option(names = "--id", paramLabel = "EVENT_ID", description = "redrive: this event alone. cancel: this event.")
    @Nullable
    String eventId;

    @Option(names = "--force", description = "redrive: events of over 48 hours ago too, which may count twice.")
    boolean force;

    @Parameters(index = "0", paramLabel = "PATH", hidden = true)
    Path file = Path.of("");

    @Parameters(index = "1", paramLabel = "ACTION", hidden = true)
    String word = "";

    @Override
    public Integer call() throws InterruptedException {
        Optional<Action> action = Action.of(word);
        if (action.isEmpty()) {
            throw new WrongUsage(wrongAction());
        }
        if (!Files.exists(file)) {
            throw new WrongUsage("There is no outbox \"" + file + "\"; \"epik send --outbox\" or a shop creates one");
        }
        return switch (action.get()) {
            case STATS -> stats();
            case DEAD -> dead();
            case VERIFY -> verify();
            case REDRIVE -> redrive();
            case CANCEL -> cancel();
            case DELIVER -> deliver();
        };
    }

    private String wrongAction() {
        Optional<Action> swapped = Action.of(file.toString());
        if (swapped.isPresent()) {
            return "The file comes first: epik outbox PATH " + file;
        }
        return "The second argument of \"outbox\" is no action. "
                + Nearest.to(word, Action.words())
                        .map(near -> "Did you mean " + near + "? ")
                        .orElse("") + "Actions are " + String.join(", ", Action.words());
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
                        + " dead; " + inspection.delivered(account) + " delivered (remembered)"
                        + inspection
                                .pause(account)
                                .map(pause -> "; paused for " + words(pause.left()) + ": " + pause.reason())
                                .orElse(""));
            }
            if (inspection.adAccounts().isEmpty()) {
                out.println("empty: no event waits, is dead or is remembered as delivered");
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
            DeadLetter.Scope scope = force ? DeadLetter.Scope.INCLUDE_EXPIRED : DeadLetter.Scope.RECENT;
            int events = 0;
            int tooOld = 0;
            for (String account : outbox.adAccounts()) {
                RedriveResult redriven = outbox.redrive(account, which, scope);
                events += redriven.events();
                tooOld += redriven.expired();
            }
            if (eventId != null && events + tooOld == 0) {
                err.println("No dead letter has this id: \"epik outbox " + file + " dead\" lists them.");
                err.flush();
                return 1;
            }
            err.println(events + " wait again; \"epik outbox " + file + " deliver\" or the shop sends them.");
            if (tooOld > 0) {
                err.println(tooOld + " happened over 48 hours ago and stay dead: Pinterest may count them again."
                        + " --force takes them too.");
            }
            err.flush();
            return tooOld == 0 ? 0 : 1;
        }
    }

    /** An event id stands for one event of each name, as in {@link #redrive}. */
    private int cancel() {
        if (eventId == null) {
            throw new WrongUsage("Name the event with --id EVENT_ID: cancel removes it");
        }
        PrintWriter err = spec.commandLine().getErr();
        int cancelled = 0;
        int tooLate = 0;
        try (SqliteOutbox outbox = SqliteOutbox.open(file)) {
            for (String account : outbox.adAccounts()) {
                for (String name : RawEvent.EVENT_NAMES) {
                    CancelResult answer = outbox.cancel(new StoredEvent.Key(account, name, eventId));
                    cancelled += answer == CancelResult.CANCELLED ? 1 : 0;
                    tooLate += answer == CancelResult.TOO_LATE ? 1 : 0;
                }
            }
        }
        err.println(
                tooLate > 0
                        ? "Too late: the event is being sent, or was."
                        : cancelled > 0 ? cancelled + " cancelled." : "No event with this id waits or is dead.");
        err.flush();
        return cancelled > 0 && tooLate == 0 ? 0 : 1;
    }

    private int deliver() throws InterruptedException {
        Delivering delivering = sending.to(destination, file);
        Tally tally = new Tally();
        Interruption interruption = new Interruption(() -> "Pinterest accepted " + tally.accepted
                + " so far. What waits is kept: run the same command again to go on.");
        try (interruption;
                SqliteOutbox outbox = SqliteOutbox.open(file)) {
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
