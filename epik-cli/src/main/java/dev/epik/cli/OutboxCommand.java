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
import dev.epik.cli.raw.NearestWord;
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

/** Reads an outbox file, or changes and sends its events. */
@Command(
        name = "outbox",
        customSynopsis = "epik outbox PATH ACTION [OPTIONS]",
        description = {
            "Reads an outbox file, or changes and sends its events.",
            "Actions that only read; the application may be running:",
            "  stats    counts waiting, dead and delivered events",
            "  dead     lists the dead letters: id, name, time and reason",
            "  verify   checks that every stored event was delivered, rejected or cancelled,",
            "           or is waiting; exit code 1: the numbers differ",
            "Actions that need exclusive access; stop the application first:",
            "  redrive  moves dead letters back to the waiting events",
            "  cancel   removes the event --id if it has not been sent",
            "  deliver  sends the waiting events, and exits",
        })
final class OutboxCommand implements Callable<Integer> {
    private static final int MAX_DEAD_LETTERS = 1_000_000;

    /** An action, in lower case on the command line. */
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
    HelpOption help = new HelpOption();

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Mixin
    DestinationOptions destination = new DestinationOptions();

    @Mixin
    SendOptions sendOptions = new SendOptions();

    @Option(names = "--id", paramLabel = "EVENT_ID", description = "redrive: only this event. cancel: this event.")
    @Nullable
    String eventId;

    @Option(names = "--force", description = "redrive: includes events older than 48 hours, which may count twice.")
    boolean force;

    @Parameters(index = "0", paramLabel = "PATH", hidden = true)
    Path file = Path.of("");

    @Parameters(index = "1", paramLabel = "ACTION", hidden = true)
    String word = "";

    @Override
    public Integer call() throws InterruptedException {
        Optional<Action> action = Action.of(word);
        if (action.isEmpty()) {
            throw new UsageException(wrongAction());
        }
        if (!Files.exists(file)) {
            throw new UsageException(
                    "The outbox \"" + file + "\" does not exist: \"epik send --outbox\" or an application creates one");
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
            return "PATH must come before ACTION: epik outbox PATH " + file;
        }
        return "ACTION is invalid. "
                + NearestWord.to(word, Action.words())
                        .map(near -> "Did you mean " + near + "? ")
                        .orElse("") + "Actions: " + String.join(", ", Action.words());
    }

    private int stats() {
        try (OutboxView inspection = SqliteOutbox.inspect(file);
                PrintWriter out = new PrintWriter(new StandardOutput())) {
            for (String account : inspection.adAccounts()) {
                var backlog = inspection.backlog(account);
                out.println("ad account " + account + ": " + backlog.waiting() + " waiting"
                        + backlog.oldest()
                                .map(age -> ", the oldest for " + readable(age))
                                .orElse("") + "; " + backlog.dead()
                        + " dead; " + inspection.delivered(account) + " delivered (remembered)"
                        + inspection
                                .pause(account)
                                .map(pause -> "; paused for " + readable(pause.left()) + ": " + pause.reason())
                                .orElse(""));
            }
            if (inspection.adAccounts().isEmpty()) {
                out.println("empty: no waiting, dead or delivered events");
            }
        }
        return 0;
    }

    private int dead() {
        try (OutboxView inspection = SqliteOutbox.inspect(file);
                PrintWriter out = new PrintWriter(new StandardOutput())) {
            for (String account : inspection.adAccounts()) {
                for (DeadLetter letter : inspection.deadLetters(account, MAX_DEAD_LETTERS)) {
                    out.println(letter.event().id() + "  " + letter.event().name() + "  " + letter.since() + "  "
                            + letter.reason());
                }
            }
        }
        return 0;
    }

    private int verify() {
        try (OutboxView inspection = SqliteOutbox.inspect(file);
                PrintWriter out = new PrintWriter(new StandardOutput())) {
            List<BooksDifference> differences = inspection.verify();
            Set<String> unbalanced = new HashSet<>();
            for (BooksDifference hour : differences) {
                unbalanced.add(hour.adAccount());
                out.println("ad account " + hour.adAccount() + ", events stored in the hour from " + hour.hour() + ": "
                        + figures(hour.stored(), hour.accepted(), hour.rejected(), hour.cancelled(), hour.waiting())
                        + ": " + describe(hour.difference()));
            }
            List<BooksTotal> totals = inspection.books();
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

    private static String describe(long difference) {
        return String.format(Locale.ROOT, "%,d %s", Math.abs(difference), difference > 0 ? "missing" : "too many");
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
            err.println(events + " waiting again; \"epik outbox " + file + " deliver\" or the application sends them.");
            if (tooOld > 0) {
                err.println(tooOld + " are older than 48 hours and stay dead: Pinterest may count them twice."
                        + " --force includes them.");
            }
            err.flush();
            return tooOld == 0 ? 0 : 1;
        }
    }

    /** Cancels the events of every name with this id, as {@link #redrive} does. */
    private int cancel() {
        if (eventId == null) {
            throw new UsageException("--id is missing: name the event to cancel with --id EVENT_ID");
        }
        PrintWriter err = spec.commandLine().getErr();
        int cancelled = 0;
        int tooLate = 0;
        try (SqliteOutbox outbox = SqliteOutbox.open(file)) {
            for (String account : outbox.adAccounts()) {
                for (String name : RawEvent.EVENT_NAMES) {
                    CancelResult result = outbox.cancel(new StoredEvent.Key(account, name, eventId));
                    cancelled += result == CancelResult.CANCELLED ? 1 : 0;
                    tooLate += result == CancelResult.TOO_LATE ? 1 : 0;
                }
            }
        }
        err.println(
                tooLate > 0
                        ? "Too late: the event is being sent or was sent."
                        : cancelled > 0
                                ? cancelled + " cancelled."
                                : "No waiting event and no dead letter has this id.");
        err.flush();
        return cancelled > 0 && tooLate == 0 ? 0 : 1;
    }

    private int deliver() throws InterruptedException {
        OutboxDelivery delivery = sendOptions.deliveryTo(destination, file);
        RunCounts counts = new RunCounts();
        InterruptMessage interruptMessage = new InterruptMessage(() -> "Pinterest accepted " + counts.accepted
                + " so far. Waiting events are kept: run the same command again to continue.");
        try (interruptMessage;
                SqliteOutbox outbox = SqliteOutbox.open(file)) {
            delivery.run(outbox, spec.commandLine().getErr(), counts);
        }
        return counts.exitCode();
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
