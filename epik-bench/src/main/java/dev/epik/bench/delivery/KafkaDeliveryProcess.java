// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.kafka.KafkaStore;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Delivers stored events in its own process: from Kafka, or the same ones from memory; or only reads them. Does it once
 * to warm up, and once more to measure. The measurement begins when a tenth has arrived, because a worker is opened
 * once and then runs for days.
 */
final class KafkaDeliveryProcess {
    private static final int PAUSE_MILLIS = 5;
    private static final Duration LINGER = Duration.ofMillis(100);

    /** The divisor of the events that are not measured. */
    private static final int WARM_PART = 10;

    private final KafkaRun.Task task;
    private final URI stub;

    private KafkaDeliveryProcess(KafkaRun.Task task) {
        this.task = task;
        this.stub = URI.create(task.stub());
    }

    /** Takes the words of a {@link KafkaRun.Task}. */
    public static void main(String[] words) throws Exception {
        Logger.getLogger("").setLevel(Level.WARNING);
        System.out.println(new KafkaDeliveryProcess(KafkaRun.task(words)).run().line());
        System.exit(0); // the selector of an HTTP client waits for the garbage collector
    }

    private ClientResult run() throws Exception {
        KafkaRun run = task.run();
        measure(KafkaRun.WARM_UP_TOPIC, 0, run.warmUp());
        return measure(KafkaRun.TOPIC, ArrivalCounter.MEASURED, run.events());
    }

    private ClientResult measure(String topic, int from, int count) throws Exception {
        return switch (task.way()) {
            case "bareConsumer" -> read(topic, count);
            case "oursMemory" -> {
                try (FedOutbox memory = new FedOutbox(KafkaEvents.of(from, count))) {
                    yield deliver(memory, from, count);
                }
            }
            default -> {
                KafkaStore.Builder store =
                        KafkaStore.builder(task.bootstrap()).topic(topic).group(topic + "-" + task.name());
                try (KafkaStore kafka = store.deliver().build()) {
                    yield deliver(kafka, from, count);
                }
            }
        };
    }

    @SuppressWarnings("try") // the client delivers while it is open
    private ClientResult deliver(EventStore store, int from, int count) throws Exception {
        System.gc();
        AdAccount main = AdAccount.of(KafkaEvents.ACCOUNTS.get(0), "token-of-the-bench");
        try (EpikClient client = EpikClient.builder(Mode.LIVE, main, store)
                .accounts(id -> Optional.of(AdAccount.of(id, "token-of-the-bench")))
                .keepOutboxOpen()
                .baseUrl(stub)
                .linger(LINGER)
                .open()) {
            int before = CountingStub.awaitCount(stub, from, Math.max(1, count / WARM_PART));
            Start start = new Start(before);
            CountingStub.await(stub, from, from + count);
            Outbox outbox = store instanceof Outbox itself
                    ? itself
                    : store.deliveryOutbox().orElseThrow();
            while (!isSettled(outbox)) {
                Thread.sleep(PAUSE_MILLIS);
            }
            return start.end(count);
        }
    }

    private static boolean isSettled(Outbox outbox) {
        return KafkaEvents.ACCOUNTS.stream()
                .map(account -> outbox.peek(account, 1))
                .allMatch(first -> first.ready() == 0 && first.nextReadyIn().isEmpty());
    }

    /** Reads and commits as a worker does, and does nothing with the records. */
    private ClientResult read(String topic, int count) {
        try (BareConsumer consumer = new BareConsumer(task.bootstrap(), topic, topic + "-bare-" + task.name())) {
            consumer.readTo(count / WARM_PART);
            Start start = new Start(consumer.count());
            consumer.readTo(count);
            return start.end(count);
        }
    }

    /** The beginning of a measurement. */
    private final class Start {
        private final int before;
        private final long cpu = CpuTime.nanos();
        private final long time = System.nanoTime();

        /** @param before how many events were delivered already */
        Start(int before) {
            this.before = before;
        }

        /** Returns the times of the other events, as those that all of them would have taken. */
        ClientResult end(int count) {
            long nanos = System.nanoTime() - time;
            long cpuNanos = CpuTime.nanos() - cpu;
            double factor = before < count ? (double) count / (count - before) : 1;
            return new ClientResult(task.run().warmUp(), (long) (nanos * factor), (long) (cpuNanos * factor));
        }
    }
}
