// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.worker;

import dev.epik.capi.failure.ContainedLog;
import dev.epik.kafka.broker.KafkaSettings;
import dev.epik.kafka.record.RecordFormat;
import dev.epik.kafka.window.RetryDelay;
import dev.epik.kafka.window.WindowInput;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.ObjIntConsumer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the topics with one consumer, until it fails or the worker is closed. Only for the consumer thread; the
 * consumer calls the listener on it too.
 */
final class ConsumerLoop implements ConsumerRebalanceListener {
    /** How long a revocation waits for what is being sent. Kafka allows {@code max.poll.interval.ms}, 5 min. */
    private static final long MAX_REVOCATION_MILLIS = 30_000;

    private static final long MAX_CLOSE_MILLIS = 5_000;
    private static final Logger LOG = System.getLogger(KafkaWorker.class.getName());
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration POLL_WHILE_FULL = Duration.ofMillis(20);
    private static final Duration BROKER_LIMIT = Duration.ofSeconds(30);
    private static final long FLUSH_MILLIS = 50;
    private static final long MOVE_NANOS = 1_000_000_000;

    private final Consumer<byte[], byte[]> consumer;
    private final KafkaSettings settings;
    private final WindowInput input;
    private final OutgoingWriter writer;
    private final Clock clock;
    private final ObjIntConsumer<String> wake;
    private final BooleanSupplier isClosing;
    private final OffsetCommits commits;
    private final DeletedRecords deleted;
    private final RetryHolds holds = new RetryHolds();
    private long lastMove = System.nanoTime();

    /**
     * Creates a loop with a new consumer.
     *
     * @param wake takes the id of an ad account and how many of its events are new
     * @param isClosing ends the loop
     */
    ConsumerLoop(
            Consumer<byte[], byte[]> consumer,
            KafkaSettings settings,
            WindowInput input,
            OutgoingWriter writer,
            Clock clock,
            ObjIntConsumer<String> wake,
            BooleanSupplier isClosing) {
        this.consumer = consumer;
        this.settings = settings;
        this.input = input;
        this.writer = writer;
        this.clock = clock;
        this.wake = wake;
        this.isClosing = isClosing;
        this.commits = new OffsetCommits(consumer, input);
        this.deleted = new DeletedRecords(consumer, input);
    }

    /** Reads until the worker is closed, and commits what is settled then. */
    void run() {
        consumer.subscribe(List.of(settings.topic(), settings.retryTopic(), settings.laterTopic()), this);
        while (!isClosing.getAsBoolean()) {
            boolean isFull = pauseAndResume();
            take(consumer.poll(isFull ? POLL_WHILE_FULL : POLL));
            if (System.nanoTime() - lastMove >= MOVE_NANOS) {
                lastMove = System.nanoTime();
                input.move();
            }
            writer.flush();
            commits.commitIfDue();
        }
    }

    /** Leaves the group. The consumer revokes its partitions first. */
    @SuppressWarnings("deprecation") // CloseOptions do not exist in Kafka 3, whose client Spring Boot 3 brings
    void close() {
        consumer.close(Duration.ofMillis(MAX_CLOSE_MILLIS));
    }

    // --- reading

    /** Pauses the partitions that are not to be read now. Returns whether the window is full. */
    private boolean pauseAndResume() {
        Set<TopicPartition> assigned = consumer.assignment();
        boolean isFull = input.isFull();
        Set<TopicPartition> unread = new HashSet<>(assigned);
        if (!isFull) {
            Set<TopicPartition> wide = input.tooWide();
            Set<TopicPartition> held = holds.held(clock.millis());
            unread.removeIf(each -> !wide.contains(each) && !held.contains(each));
        }
        Set<TopicPartition> paused = consumer.paused();
        consumer.resume(without(paused, unread));
        consumer.pause(without(unread, paused));
        return isFull;
    }

    private static Set<TopicPartition> without(Set<TopicPartition> all, Set<TopicPartition> others) {
        Set<TopicPartition> left = new HashSet<>(all);
        left.removeAll(others);
        return left;
    }

    private void take(ConsumerRecords<byte[], byte[]> records) {
        Map<String, Integer> arrived = new HashMap<>();
        for (TopicPartition partition : records.partitions()) {
            if (takeAll(partition, records.records(partition), arrived)) {
                input.skipTo(partition, consumer.position(partition));
            }
        }
        arrived.forEach(wake::accept);
    }

    /**
     * Takes the records of a partition up to the first that is not due, or for which there is no room: that one is read
     * again later. Returns whether all were taken.
     */
    private boolean takeAll(
            TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records, Map<String, Integer> arrived) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            RecordFormat.Reading reading = RecordFormat.read(record.key(), record.value(), record.headers());
            OptionalLong restart = input.restart(partition, record.offset());
            if (restart.isPresent()) {
                consumer.seek(partition, restart.getAsLong());
                return false;
            }
            if (!input.takesNext() || isHeld(partition, record, reading)) {
                consumer.seek(partition, record.offset());
                return false;
            }
            deleted.onNext(partition, record.offset());
            if (input.read(record, reading) && reading instanceof RecordFormat.Event read) {
                arrived.merge(read.event().adAccount(), 1, Integer::sum);
            }
        }
        return true;
    }

    private boolean isHeld(
            TopicPartition partition, ConsumerRecord<byte[], byte[]> record, RecordFormat.Reading reading) {
        if (partition.topic().equals(settings.topic())) {
            return false;
        }
        RetryDelay delay = partition.topic().equals(settings.retryTopic()) ? RetryDelay.SOON : RetryDelay.LATER;
        OptionalLong due =
                reading instanceof RecordFormat.Event read && read.retry().isPresent()
                        ? OptionalLong.of(read.retry().get().due().toEpochMilli())
                        : OptionalLong.empty();
        return holds.holds(partition, record.offset(), delay, due, record.timestamp(), clock.millis());
    }

    // --- assignment

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> added) {
        if (!added.isEmpty()) {
            Map<TopicPartition, @Nullable OffsetAndMetadata> committed =
                    consumer.committed(Set.copyOf(added), BROKER_LIMIT);
            input.assign(added, committed);
            deleted.onAssigned(
                    added.stream().filter(each -> committed.get(each) != null).toList());
        }
    }

    /** Waits for what is being sent, commits, and drops the rest. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
        if (revoked.isEmpty()) {
            return;
        }
        input.stop(revoked);
        long start = System.nanoTime();
        try {
            do {
                writer.flush();
            } while (!input.awaitQuiet(revoked, FLUSH_MILLIS) && System.nanoTime() - start < maxRevocationNanos());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } finally {
            commits.commitNow(revoked);
            onPartitionsLost(revoked);
        }
    }

    private long maxRevocationNanos() {
        return (isClosing.getAsBoolean() ? MAX_CLOSE_MILLIS : MAX_REVOCATION_MILLIS) * 1_000_000;
    }

    /** Drops the partitions: another worker has them. */
    @Override
    public void onPartitionsLost(Collection<TopicPartition> lost) {
        input.drop(lost);
        holds.forget(lost);
        ContainedLog.log(LOG, Level.DEBUG, "This worker has {0} partitions less", lost.size());
    }
}
