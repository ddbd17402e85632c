// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.producer;

import dev.epik.capi.failure.ContainedLog;
import dev.epik.kafka.broker.KafkaThreads;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Producer;

/**
 * Closes producers in daemons {@code epik-kafka-closer}: closing waits for Kafka's own thread, which may hang.
 * Thread-safe.
 */
final class ProducerCloser {
    private static final Logger LOG = System.getLogger(KafkaSender.class.getName());
    private static final String THREAD = "epik-kafka-closer";
    private static final int MAX_CLOSING = 3;

    /** The time after the deadline in which Kafka's producer ends its thread, in ms. */
    private static final long GRACE_MILLIS = 500;

    private final AtomicInteger closing = new AtomicInteger();

    /** Returns whether as many producers are being closed as there may be. */
    boolean isBusy() {
        return closing.get() >= MAX_CLOSING;
    }

    /** Closes a producer at once. Does not wait. */
    void closeLater(Producer<?, ?> old) {
        closing.incrementAndGet();
        start(old, System.nanoTime());
    }

    /** Closes a producer, and waits for that until the deadline. Returns whether the caller was interrupted. */
    boolean closeNow(Producer<?, ?> last, long deadline) {
        closing.incrementAndGet();
        Thread thread = start(last, deadline);
        boolean interrupted = false;
        long left = millisLeft(deadline);
        while (left > 0 && thread.isAlive()) {
            try {
                thread.join(left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            left = millisLeft(deadline);
        }
        return interrupted;
    }

    private static long millisLeft(long deadline) {
        return (deadline - System.nanoTime()) / 1_000_000 + GRACE_MILLIS;
    }

    private Thread start(Producer<?, ?> producer, long deadline) {
        Thread thread = KafkaThreads.daemon(THREAD, () -> close(producer, deadline));
        try {
            thread.start();
        } catch (OutOfMemoryError e) { // no thread can be created
            closing.decrementAndGet();
            throw e;
        }
        return thread;
    }

    private void close(Producer<?, ?> producer, long deadline) {
        try {
            producer.close(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        } catch (RuntimeException e) {
            ContainedLog.log(
                    LOG,
                    Level.DEBUG,
                    "Closing a producer of Kafka failed: {0}",
                    e.getClass().getName());
        } finally {
            closing.decrementAndGet();
        }
    }
}
