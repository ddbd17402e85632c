// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.AdAccount;
import dev.epik.capi.DeliveryStats;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.cli.accounts.AccountTable;
import dev.epik.kafka.KafkaStore;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Delivers events from Kafka until it is stopped. */
@Command(
        name = "deliver",
        abbreviateSynopsis = true,
        description = {
            "Sends events from Kafka, as one of any number of workers.",
            "Prints a line every 10 s. Stops in order on SIGTERM and Ctrl-C.",
        })
final class DeliverCommand implements Callable<Integer> {
    private static final Duration REPORT_INTERVAL = Duration.ofSeconds(10);
    private static final Duration MAX_CLOSE_TIME = Duration.ofSeconds(60);
    private static final int MAX_LISTED = 5;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Mixin
    HelpOption help = new HelpOption();

    @Option(names = "--kafka", paramLabel = "HOST:PORT", required = true, description = "Brokers, separated by commas.")
    String brokers = "";

    @Option(names = "--topic", paramLabel = "NAME", description = "Default: epik-events.")
    @Nullable
    String topic;

    @Option(names = "--group", paramLabel = "NAME", description = "The consumer group. Default: the topic.")
    @Nullable
    String group;

    @Mixin
    KafkaOptions kafka = new KafkaOptions();

    @Option(names = "--linger", paramLabel = "TIME", description = "Events wait for others this long. Default: 1s.")
    @Nullable
    String linger;

    @Option(names = "--window", paramLabel = "N", description = "Events held in memory. Default: 5000.")
    @Nullable
    Integer window;

    @Option(names = "--accounts", paramLabel = "FILE", description = "CSV of many: ad_account_id,token_file.")
    @Nullable
    Path accountsFile;

    @Mixin
    DestinationOptions destination = new DestinationOptions();

    @Option(
            names = "--mode",
            paramLabel = "live|test",
            defaultValue = "${env:EPIK_MODE}",
            description = "live, or test: only validates. Default: EPIK_MODE.")
    @Nullable
    String mode;

    @Option(names = "--for", paramLabel = "TIME", description = "Stop after this time: 30s, 10m, 2h.")
    @Nullable
    String time;

    private final RunCounts counts = new RunCounts();

    @Override
    public Integer call() throws InterruptedException {
        AccountTable accounts = accountsFile == null ? null : accounts(accountsFile);
        AdAccount account = accounts == null ? destination.account() : accounts.first();
        SendOptions options = new SendOptions();
        options.mode = mode;
        options.maxWait = time;
        Mode chosen = options.mode();
        long nanos = time == null ? Long.MAX_VALUE : options.maxWait().toNanos();
        Duration lingers = linger == null ? Duration.ofSeconds(1) : SendOptions.time("--linger", linger);
        URI api = destination.api.baseUrl();
        KafkaStore.Builder store = store();
        if (accounts != null) {
            reportTokens(accounts);
        }
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        Thread hook = new Thread(() -> awaitEnd(stop, done), "epik-interruption");
        Runtime.getRuntime().addShutdownHook(hook);
        WorkerLog log = new WorkerLog(spec.commandLine().getErr(), Clock.systemUTC());
        Main.logTo(log);
        try {
            KafkaStore events = store.build();
            EpikClient.Builder client = PayloadKeySetting.applyTo(EpikClient.builder(chosen, account, events))
                    .baseUrl(api)
                    .linger(lingers)
                    .listener(this::onSettled);
            deliver(events, accounts == null ? client : client.accounts(accounts), accounts, stop, nanos);
        } finally {
            done.countDown();
            remove(hook);
        }
        return 0;
    }

    private AccountTable accounts(Path file) {
        for (String option : List.of("--ad-account", "--access-token")) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new UsageException(option + " and --accounts are both set: the file names all ad accounts and"
                        + " their tokens. Remove one of the two");
            }
        }
        return AccountTable.open(file);
    }

    private KafkaStore.Builder store() {
        KafkaStore.Builder builder = kafka.of(brokers).deliver();
        if (topic != null) {
            builder = builder.topic(topic);
        }
        if (group != null) {
            builder = builder.group(group);
        }
        return window == null ? builder : builder.window(window);
    }

    /** Prints which ad accounts have no token. That stops the others only if none has one. */
    private void reportTokens(AccountTable accounts) throws InterruptedException {
        List<String> missing = accounts.withoutToken();
        if (missing.size() == accounts.size()) {
            throw new UsageException("No ad account of " + accountsFile + " has a token; " + missing.get(0));
        }
        PrintWriter err = spec.commandLine().getErr();
        missing.stream().limit(MAX_LISTED).forEach(each -> err.println("epik: No token, events wait; " + each));
        if (missing.size() > MAX_LISTED) {
            err.println("epik: No token, events wait; " + (missing.size() - MAX_LISTED) + " more ad accounts");
        }
        err.flush();
        print("Sending for " + accounts.size() + (accounts.size() == 1 ? " ad account." : " ad accounts."));
    }

    private static void awaitEnd(CountDownLatch stop, CountDownLatch done) {
        stop.countDown();
        try {
            if (!done.await(MAX_CLOSE_TIME.toSeconds(), TimeUnit.SECONDS)) {
                System.err.println("epik: stopped before all answers had come; those events are sent again");
            }
        } catch (InterruptedException ignored) {
            // the process ends
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ignored) {
            // the process is being stopped
        }
    }

    private void deliver(
            KafkaStore events,
            EpikClient.Builder builder,
            @Nullable AccountTable accounts,
            CountDownLatch stop,
            long nanos)
            throws InterruptedException {
        try (EpikClient client = builder.open()) {
            long start = System.nanoTime();
            long left = nanos;
            while (left > 0 && !stop.await(Math.min(left, REPORT_INTERVAL.toNanos()), TimeUnit.NANOSECONDS)) {
                if (accounts != null) {
                    accounts.refresh().ifPresent(change -> onChange(change, client));
                }
                report(states(client, accounts), events);
                left = nanos - (System.nanoTime() - start);
            }
            print("Stopping.");
        }
        print("Pinterest accepted " + counts.accepted + ", rejected " + counts.rejected + ".");
    }

    private void onChange(AccountTable.Change change, EpikClient client) {
        if (!change.problem().isEmpty()) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("epik: " + change.problem() + ". The ad accounts stay as they were");
            err.flush();
            return;
        }
        change.added().forEach(id -> client.account(id).resume());
        print("The accounts file has changed: " + change.added().size() + " added, " + change.removed()
                + " removed, now " + change.total() + ".");
    }

    private void onSettled(StoredEvent event, Outcome outcome) {
        if (outcome instanceof Outcome.Accepted) {
            counts.accepted.incrementAndGet();
        } else if (outcome instanceof Outcome.Rejected) {
            counts.rejected.incrementAndGet();
        } else if (outcome instanceof Outcome.Postponed postponed) {
            counts.postponedReason = postponed.reason();
        }
    }

    /** Returns the states of the ad accounts that had events, by their ids. */
    private static Map<String, DeliveryStats> states(EpikClient client, @Nullable AccountTable accounts) {
        Map<String, DeliveryStats> states = new TreeMap<>();
        if (accounts == null) {
            states.put("", client.stats());
        } else {
            accounts.asked().forEach(id -> states.put(id, client.account(id).stats()));
        }
        return states;
    }

    private void report(Map<String, DeliveryStats> states, KafkaStore events) {
        String unread;
        try {
            unread = String.valueOf(events.unread());
        } catch (OutboxException e) {
            unread = "unknown: " + e.getMessage();
        }
        int waiting = states.values().stream().mapToInt(DeliveryStats::waiting).sum();
        print("accepted " + counts.accepted + ", rejected " + counts.rejected + ", waiting " + waiting + ", unread "
                + unread + (waiting == 0 ? "" : reason(states)));
    }

    private String reason(Map<String, DeliveryStats> states) {
        List<Map.Entry<String, DeliveryStats>> paused = states.entrySet().stream()
                .filter(each -> !each.getValue().pauseReason().isEmpty())
                .toList();
        if (paused.isEmpty()) {
            return counts.postponedReason.isEmpty() ? "" : ": " + counts.postponedReason;
        }
        String id = paused.get(0).getKey();
        String reason = paused.get(0).getValue().pauseReason();
        return id.isEmpty()
                ? ": " + reason
                : "; " + paused.size() + " ad accounts pause, such as " + id + ": " + reason;
    }

    private void print(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
