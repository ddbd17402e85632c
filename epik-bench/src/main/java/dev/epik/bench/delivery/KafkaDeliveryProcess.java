// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import com.sun.management.OperatingSystemMXBean;
import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.Peek;
import dev.epik.kafka.KafkaStore;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Delivers stored events in its own process: from Kafka, or the same ones from memory. It opens a client, delivers all,
 * and closes it; once to warm up, and once more to measure.
 */
final class KafkaDeliveryProcess {
    private static final int CHUNK = 500;
    private static final int PAUSE_MILLIS = 5;
    private static final Duration LINGER = Duration.ofMillis(100);

    private final KafkaRun.Task task;
    private final URI stub;
    private final boolean isKafka;

    private KafkaDeliveryProcess(KafkaRun.Task task) {
        this.task = task;
        this.stub = URI.create(task.stub());
        this.isKafka = task.way().equals("oursKafka");
    }

    /** Takes the words of a {@link KafkaRun.Task}. */
    public static void main(String[] words) throws Exception {
        Logger.getLogger("").setLevel(Level.WARNING);
        System.out.println(new KafkaDeliveryProcess(KafkaRun.task(words)).run().line());
        System.exit(0); // the selector of an HTTP client waits for the garbage collector
    }

    private ClientResult run() throws Exception {
        KafkaRun run = task.run();
        deliver(KafkaRun.WARM_UP_TOPIC, 0, events(0, run.warmUp()), run.warmUp());
        List<StoredEvent> events = events(ArrivalCounter.MEASURED, run.events());
        System.gc();
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long cpu = system.getProcessCpuTime();
        long start = System.nanoTime();
        deliver(KafkaRun.TOPIC, ArrivalCounter.MEASURED, events, run.events());
        return new ClientResult(run.warmUp(), System.nanoTime() - start, system.getProcessCpuTime() - cpu);
    }

    private List<StoredEvent> events(int from, int count) {
        return isKafka ? List.of() : KafkaEvents.of(from, count);
    }

    @SuppressWarnings("try") // the client delivers while it is open
    private void deliver(String topic, int from, List<StoredEvent> events, int count) throws Exception {
        try (EventStore store = open(topic, events, count);
                EpikClient client = EpikClient.builder(
                                Mode.LIVE, AdAccount.of(KafkaEvents.ACCOUNT, "token-of-the-bench"), store)
                        .keepOutboxOpen()
                        .baseUrl(stub)
                        .linger(LINGER)
                        .open()) {
            CountingStub.await(stub, from, from + count);
            Outbox outbox = store instanceof Outbox itself
                    ? itself
                    : store.deliveryOutbox().orElseThrow();
            while (!isSettled(outbox)) {
                Thread.sleep(PAUSE_MILLIS);
            }
        }
    }

    private EventStore open(String topic, List<StoredEvent> events, int count) {
        if (isKafka) {
            return KafkaStore.builder(task.bootstrap())
                    .topic(topic)
                    .group(topic + "-" + task.name())
                    .deliver()
                    .build();
        }
        MemoryOutbox memory = MemoryOutbox.ofCapacity(count);
        for (int done = 0; done < events.size(); done += CHUNK) {
            memory.addAll(events.subList(done, Math.min(events.size(), done + CHUNK)))
                    .join();
        }
        return memory;
    }

    private static boolean isSettled(Outbox outbox) {
        Peek first = outbox.peek(KafkaEvents.ACCOUNT, 1);
        return first.ready() == 0 && first.nextReadyIn().isEmpty();
    }
}
