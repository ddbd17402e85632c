// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.AccountClient.RedriveResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxView;
import dev.epik.cli.raw.NearestWord;
import dev.epik.cli.raw.RawEvent;
import dev.epik.kafka.KafkaStore;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Reads an outbox, or changes and sends its events. */
@Command(
        name = "outbox",
        customSynopsis = "epik outbox PATH ACTION [OPTIONS]",
        description = {
            "PATH: a file, jdbc:postgresql://HOST/NAME or kafka://HOST:PORT/TOPIC.",
            "Actions. With a file, stop the application before one of the last three:",
            "  stats    counts waiting, dead and delivered events",
            "  dead     lists the dead letters: id, name, time and reason",
            "  verify   compares stored and settled events; exit code 1: they differ",
            "  redrive  moves dead letters back to the waiting events",
            "  cancel   removes the event --id if it has not been sent",
            "  deliver  sends the waiting events, and exits",
        })
final class OutboxCommand implements Callable<Integer> {
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

    @Option(names = "--force", description = "redrive: also those over 48 h old; may count twice.")
    boolean force;

    @Mixin
    DatabaseOptions database = new DatabaseOptions();

    @Mixin
    KafkaOptions kafka = new KafkaOptions();

    @Option(names = "--group", paramLabel = "NAME", description = "stats: Kafka's consumer group. Default: the topic.")
    @Nullable
    String group;

    @Mixin
    JsonOutput json = new JsonOutput();

    @Parameters(index = "0", paramLabel = "PATH", hidden = true)
    String path = "";

    @Parameters(index = "1", paramLabel = "ACTION", hidden = true)
    String word = "";

    @Override
    public Integer call() throws InterruptedException {
        Optional<Action> action = Action.of(word);
        if (action.isEmpty()) {
            throw new UsageException(wrongAction());
        }
        if (KafkaOptions.isKafka(path)) {
            return inKafka(action.get());
        }
        OutboxLocation location = new OutboxLocation(path, database);
        return switch (action.get()) {
            case STATS -> report(location, OutboxReport::stats);
            case DEAD -> report(location, OutboxReport::dead);
            case VERIFY -> verify(location);
            case REDRIVE -> redrive(location);
            case CANCEL -> cancel(location);
            case DELIVER -> deliver(location);
        };
    }

    /** Reads and redrives the dead letters of one ad account; Kafka has no list of them. */
    private int inKafka(Action action) {
        if (action != Action.STATS && action != Action.DEAD && action != Action.REDRIVE) {
            throw new UsageException("In Kafka there are only stats, dead and redrive. \"epik deliver --kafka\" sends");
        }
        String account = action == Action.STATS ? "" : destination.accountId();
        KafkaStore.Builder store = kafka.at(path);
        KafkaOutbox outbox = new KafkaOutbox(group == null ? store : store.group(group), account, json.isOn);
        switch (action) {
            case STATS -> outbox.stats();
            case DEAD -> outbox.dead();
            default -> {
                RedriveResult result = outbox.redrive(which(), scope());
                printRedriven(path, "the workers send them.", result.events(), result.expired());
                return redriveExit(result.events(), result.expired());
            }
        }
        return 0;
    }

    private DeadLetter.Which which() {
        return eventId == null ? new DeadLetter.Which.All() : new DeadLetter.Which.OfId(eventId);
    }

    private DeadLetter.Scope scope() {
        return force ? DeadLetter.Scope.INCLUDE_EXPIRED : DeadLetter.Scope.RECENT;
    }

    private int redriveExit(int redriven, int expired) {
        return expired > 0 || (eventId != null && redriven == 0) ? 1 : 0;
    }

    private int report(OutboxLocation location, Consumer<OutboxReport> what) {
        try (OutboxView view = location.inspect()) {
            what.accept(new OutboxReport(view, json.isOn));
        }
        return 0;
    }

    private int verify(OutboxLocation location) {
        try (OutboxView view = location.inspect()) {
            return new OutboxReport(view, json.isOn).verify() ? 0 : 1;
        }
    }

    private String wrongAction() {
        Optional<Action> swapped = Action.of(path);
        if (swapped.isPresent()) {
            return "PATH must come before ACTION: epik outbox PATH " + path;
        }
        return "ACTION is invalid. "
                + NearestWord.to(word, Action.words())
                        .map(near -> "Did you mean " + near + "? ")
                        .orElse("") + "Actions: " + String.join(", ", Action.words());
    }

    private int redrive(OutboxLocation location) {
        List<String> accounts = location.adAccounts();
        int redriven = 0;
        int expired = 0;
        try (Outbox outbox = location.open()) {
            for (String account : accounts) {
                RedriveResult result = outbox.redrive(account, which(), scope());
                redriven += result.events();
                expired += result.expired();
            }
        }
        String sender = location.isDatabase()
                ? "the application sends them within a minute."
                : "\"epik outbox " + location + " deliver\" or the application sends them.";
        printRedriven(location.toString(), sender, redriven, expired);
        return redriveExit(redriven, expired);
    }

    private void printRedriven(String place, String sender, int redriven, int expired) {
        PrintWriter err = spec.commandLine().getErr();
        if (json.isOn) {
            JsonOutput.print(out -> {
                out.writeNumberField("redriven", redriven);
                out.writeNumberField("expired", expired);
            });
        }
        if (eventId != null && redriven + expired == 0) {
            err.println("No dead letter has this id: \"epik outbox " + place + " dead\" lists them.");
        } else {
            err.println(redriven + " waiting again; " + sender);
        }
        if (expired > 0) {
            err.println(expired + " are older than 48 hours and stay dead: Pinterest may count them twice."
                    + " --force includes them.");
        }
        err.flush();
    }

    /** Cancels the events of every name with this id, as {@link #redrive} does. */
    private int cancel(OutboxLocation location) {
        if (eventId == null) {
            throw new UsageException("--id is missing: name the event to cancel with --id EVENT_ID");
        }
        List<String> accounts = location.adAccounts();
        Map<CancelResult, Integer> results = new EnumMap<>(CancelResult.class);
        try (Outbox outbox = location.open()) {
            for (String account : accounts) {
                for (String name : RawEvent.EVENT_NAMES) {
                    results.merge(outbox.cancel(new StoredEvent.Key(account, name, eventId)), 1, Integer::sum);
                }
            }
        }
        int cancelled = results.getOrDefault(CancelResult.CANCELLED, 0);
        int tooLate = results.getOrDefault(CancelResult.TOO_LATE, 0);
        if (json.isOn) {
            JsonOutput.print(out -> {
                out.writeNumberField("cancelled", cancelled);
                out.writeNumberField("too_late", tooLate);
            });
        }
        PrintWriter err = spec.commandLine().getErr();
        err.println(
                tooLate > 0
                        ? "Too late: the event is being sent or was sent."
                        : cancelled > 0
                                ? cancelled + " cancelled."
                                : "No waiting event and no dead letter has this id.");
        err.flush();
        return cancelled > 0 && tooLate == 0 ? 0 : 1;
    }

    private int deliver(OutboxLocation location) throws InterruptedException {
        OutboxDelivery delivery = sendOptions.deliveryTo(destination, location.toString());
        RunCounts counts = new RunCounts();
        InterruptMessage interruptMessage = new InterruptMessage(() -> "Pinterest accepted " + counts.accepted
                + " so far. Waiting events are kept: run the same command again to continue.");
        try (interruptMessage;
                Outbox outbox = location.open()) {
            delivery.run(outbox, spec.commandLine().getErr(), counts);
        }
        if (json.isOn) {
            JsonOutput.print(counts::writeDelivery);
        }
        return counts.exitCode();
    }
}
