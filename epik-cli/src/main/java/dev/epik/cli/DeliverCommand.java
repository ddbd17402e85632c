// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.AdAccount;
import dev.epik.capi.DeliveryStats;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.kafka.KafkaStore;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
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
        AdAccount account = destination.account();
        SendOptions options = new SendOptions();
        options.mode = mode;
        options.maxWait = time;
        Mode chosen = options.mode();
        long nanos = time == null ? Long.MAX_VALUE : options.maxWait().toNanos();
        URI api = destination.api.baseUrl();
        KafkaStore.Builder builder = kafka.of(brokers).deliver();
        if (topic != null) {
            builder = builder.topic(topic);
        }
        if (group != null) {
            builder = builder.group(group);
        }
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        Thread hook = new Thread(() -> awaitEnd(stop, done), "epik-interruption");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            deliver(builder.build(), account, chosen, api, stop, nanos);
        } finally {
            done.countDown();
            remove(hook);
        }
        return 0;
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

    private void deliver(KafkaStore store, AdAccount account, Mode chosen, URI api, CountDownLatch stop, long nanos)
            throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (EpikClient client = EpikClient.builder(chosen, account, store)
                .baseUrl(api)
                .listener(this::onSettled)
                .open()) {
            long start = System.nanoTime();
            long left = nanos;
            while (left > 0 && !stop.await(Math.min(left, REPORT_INTERVAL.toNanos()), TimeUnit.NANOSECONDS)) {
                report(out, client.stats(), store);
                left = nanos - (System.nanoTime() - start);
            }
            out.println("Stopping.");
            out.flush();
        }
        out.println("Pinterest accepted " + counts.accepted + ", rejected " + counts.rejected + ".");
        out.flush();
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

    private void report(PrintWriter out, DeliveryStats stats, KafkaStore store) {
        String unread;
        try {
            unread = String.valueOf(store.unread());
        } catch (OutboxException e) {
            unread = "unknown: " + e.getMessage();
        }
        String reason = stats.pauseReason().isEmpty() ? counts.postponedReason : stats.pauseReason();
        out.println("accepted " + counts.accepted + ", rejected " + counts.rejected + ", waiting " + stats.waiting()
                + ", unread " + unread + (stats.waiting() == 0 || reason.isEmpty() ? "" : ": " + reason));
        out.flush();
    }
}
