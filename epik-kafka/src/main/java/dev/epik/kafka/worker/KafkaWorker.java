// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.worker;

import dev.epik.capi.failure.ContainedLog;
import dev.epik.capi.failure.JvmErrors;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.kafka.broker.KafkaErrors;
import dev.epik.kafka.broker.KafkaProperties;
import dev.epik.kafka.broker.KafkaSettings;
import dev.epik.kafka.broker.KafkaThreads;
import dev.epik.kafka.producer.RecordSender;
import dev.epik.kafka.window.WindowInput;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads events from the topics into a {@link Window}, and commits what is settled.
 *
 * <p><b>Threads.</b> Thread-safe. The daemon {@code epik-kafka-consumer} reads; it starts when a client is connected.
 * If its consumer fails, it goes on with a new one. If it ends, another one replaces it.
 *
 * <p><b>Lifetime.</b> The store closes it.
 *
 * <p><b>In a crash</b> the events that were not settled, or were settled since the last commit a second ago, are read
 * again by another worker.
 */
public final class KafkaWorker implements KafkaDelivery {
    private static final Logger LOG = System.getLogger(KafkaWorker.class.getName());
    private static final String THREAD = "epik-kafka-consumer";
    private static final int MAX_POLL = 500;
    private static final long MAX_BACKOFF_MILLIS = 8_000;
    private static final Duration MAX_CLOSE = Duration.ofSeconds(20);

    /** A consumer that fails after this time is a new problem, which is logged, and tried again soon. */
    private static final Duration HEALTHY_AFTER = Duration.ofMinutes(2);

    private final KafkaSettings settings;
    private final Supplier<? extends Consumer<byte[], byte[]>> consumers;
    private final Clock clock;
    private final Duration healthyAfter;
    private final WindowInput input;
    private final OutgoingWriter writer;
    private final Window window;
    private final Object lifecycle = new Object();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean closing;
    private volatile ObjIntConsumer<String> wake = (account, events) -> {};
    private @Nullable Thread thread;
    private int replaced;

    /** @param consumers makes a consumer of the group */
    KafkaWorker(
            KafkaSettings settings,
            RecordSender sender,
            Supplier<? extends Consumer<byte[], byte[]>> consumers,
            Clock clock) {
        this(settings, sender, consumers, clock, HEALTHY_AFTER);
    }

    /** @param healthyAfter the time after which the failure of a consumer does not count as one of a series */
    KafkaWorker(
            KafkaSettings settings,
            RecordSender sender,
            Supplier<? extends Consumer<byte[], byte[]>> consumers,
            Clock clock,
            Duration healthyAfter) {
        this.healthyAfter = healthyAfter;
        this.settings = settings;
        this.consumers = consumers;
        this.clock = clock;
        this.input = new WindowInput(settings.window(), maxPoll(settings.window()), clock);
        this.writer = new OutgoingWriter(settings, sender, input, clock);
        this.window = new Window(input, settings, sender, this::ensureAlive);
    }

    /** Creates a worker that reads from the brokers of the settings. */
    public static KafkaWorker of(KafkaSettings settings, RecordSender sender) {
        Map<String, Object> properties = new HashMap<>(KafkaProperties.consumer(settings, true));
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, maxPoll(settings.window()));
        return new KafkaWorker(
                settings,
                sender,
                () -> new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                Clock.systemUTC());
    }

    private static int maxPoll(int window) {
        return Math.max(1, Math.min(MAX_POLL, window / 4));
    }

    @Override
    public Outbox window() {
        return window;
    }

    @Override
    public Map<TopicPartition, Long> positions() {
        return input.positions();
    }

    /** Starts to read. */
    @Override
    public void connect(Duration submitTimeout, ObjIntConsumer<String> moved) {
        wake = moved;
        synchronized (lifecycle) {
            if (thread == null && !closing) {
                start();
            }
        }
        window.dueAccounts().forEach(due -> moved.accept(due.adAccount(), 1));
    }

    private void start() {
        Thread started = KafkaThreads.daemon(THREAD, this::work);
        started.start();
        thread = started;
    }

    /** Replaces the thread if it has ended. Returns how often that was necessary. */
    int ensureAlive() {
        synchronized (lifecycle) {
            if (thread != null && !thread.isAlive() && !closing) {
                input.dropAll();
                replaced++;
                start();
            }
            return replaced;
        }
    }

    private void work() {
        for (int failures = 0; !closing; failures++) {
            long start = System.nanoTime();
            try {
                read();
            } catch (Throwable e) { // of any type: the properties may name classes of the caller
                JvmErrors.rethrow(e);
                if (System.nanoTime() - start >= healthyAfter.toNanos()) {
                    failures = 0; // it has read for long: this is a new problem
                }
                ContainedLog.log(
                        LOG,
                        failures == 0 ? Level.ERROR : Level.DEBUG,
                        "Reading from Kafka at {0} failed, and is tried again with a new consumer: {1}",
                        settings.bootstrap(),
                        KafkaErrors.describe(e));
                synchronized (lifecycle) {
                    replaced++;
                }
            } finally {
                input.dropAll();
            }
            pause(Math.min(MAX_BACKOFF_MILLIS, 1_000L << Math.min(failures, 10)));
        }
    }

    /** Reads with one consumer. Returns when the worker is closed. */
    private void read() {
        ConsumerLoop loop = new ConsumerLoop(
                consumers.get(),
                settings,
                input,
                writer,
                clock,
                (account, events) -> wake.accept(account, events),
                () -> closing);
        try {
            loop.run();
        } finally {
            loop.close();
        }
    }

    private void pause(long millis) {
        try {
            var unused = closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException ignored) {
            // only close() ends this thread
        }
    }

    @Override
    public void close() {
        Thread running;
        synchronized (lifecycle) {
            closing = true;
            closed.countDown();
            running = thread;
        }
        if (running != null) {
            try {
                running.join(MAX_CLOSE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
