// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.worker;

import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.kafka.broker.KafkaSettings;
import dev.epik.kafka.producer.RecordSender;
import dev.epik.kafka.record.RecordFormat;
import dev.epik.kafka.window.RetryDelay;
import dev.epik.kafka.window.WindowInput;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** A worker on a {@link ModelLog}: the real window, and a model of its consumer and its sender. Not thread-safe. */
final class ModelWorker {
    private static final KafkaSettings SETTINGS = ModelGroup.settings();
    private static final int CAPACITY = 40;
    private static final int MAX_POLL = 5;

    final WindowInput input;
    final Window window;
    final OutgoingWriter writer;

    /** The records that the sender has, which the broker has not answered. */
    final List<Sent> sent = new ArrayList<>();

    final List<Batch> inFlight = new ArrayList<>();
    private final Map<TopicPartition, Long> positions = new TreeMap<>(Comparator.comparing(TopicPartition::toString));
    private final RetryHolds holds = new RetryHolds();
    private final ModelLog log;
    private final Clock clock;
    private final int maxPoll;

    record Sent(ProducerRecord<byte[], byte[]> record, CompletableFuture<Void> answer) {}

    ModelWorker(ModelLog log, Clock clock) {
        this(log, clock, CAPACITY, MAX_POLL);
    }

    ModelWorker(ModelLog log, Clock clock, int capacity, int maxPoll) {
        this.log = log;
        this.clock = clock;
        this.maxPoll = maxPoll;
        this.input = new WindowInput(capacity, maxPoll, clock);
        RecordSender sender = (record, deadline) -> {
            Sent each = new Sent(record, new CompletableFuture<>());
            sent.add(each);
            return each.answer;
        };
        this.window = new Window(input, SETTINGS, sender, () -> 0);
        this.writer = new OutgoingWriter(SETTINGS, sender, input, clock);
    }

    /** Returns the assigned partitions, always in the same order. */
    List<TopicPartition> partitions() {
        return List.copyOf(positions.keySet());
    }

    void assign(TopicPartition partition) {
        var committed = log.committed.get(partition);
        input.assign(List.of(partition), committed == null ? Map.of() : Map.of(partition, committed));
        positions.put(partition, committed == null ? 0 : committed.offset());
    }

    void lose(TopicPartition partition) {
        input.drop(List.of(partition));
        holds.forget(List.of(partition));
        positions.remove(partition);
    }

    /** Reads some records. Returns those of which an event waits now. */
    List<ConsumerRecord<byte[], byte[]>> read(TopicPartition partition) {
        List<ConsumerRecord<byte[], byte[]>> waiting = new ArrayList<>();
        if (input.isFull()
                || input.tooWide().contains(partition)
                || holds.held(clock.millis()).contains(partition)) {
            return waiting;
        }
        for (int i = 0; i < maxPoll; i++) {
            long position = positions.getOrDefault(partition, 0L);
            Optional<ConsumerRecord<byte[], byte[]>> next = log.next(partition, position);
            if (next.isEmpty()) {
                positions.put(partition, log.end(partition));
                input.skipTo(partition, log.end(partition));
                break;
            }
            ConsumerRecord<byte[], byte[]> record = next.get();
            RecordFormat.Reading reading = RecordFormat.read(record.key(), record.value(), record.headers());
            if (isHeld(partition, record, reading)) {
                break;
            }
            if (input.read(record, reading)) {
                waiting.add(record);
            }
            positions.put(partition, record.offset() + 1);
        }
        return waiting;
    }

    private boolean isHeld(
            TopicPartition partition, ConsumerRecord<byte[], byte[]> record, RecordFormat.Reading reading) {
        if (partition.topic().equals(SETTINGS.topic())) {
            return false;
        }
        RetryDelay delay = partition.topic().equals(SETTINGS.retryTopic()) ? RetryDelay.SOON : RetryDelay.LATER;
        OptionalLong due =
                reading instanceof RecordFormat.Event read && read.retry().isPresent()
                        ? OptionalLong.of(read.retry().get().due().toEpochMilli())
                        : OptionalLong.empty();
        return holds.holds(partition, record.offset(), delay, due, record.timestamp(), clock.millis());
    }

    void claim(String adAccount, ClaimKind kind, int max) {
        window.claim(adAccount, kind, max, Long.MAX_VALUE, Duration.ofMinutes(3))
                .ifPresent(inFlight::add);
    }

    /** Commits, or fails to. */
    void commit(boolean works) {
        WindowInput.Commit commit = input.toCommit(true);
        if (works) {
            log.committed.putAll(commit.offsets());
            input.committed(commit);
        }
    }

    int held() {
        synchronized (input) {
            return input.rows.size();
        }
    }

    /** Returns whether a partition has records that can be read now. */
    boolean hasUnread() {
        return !input.isFull()
                && positions.entrySet().stream()
                        .anyMatch(each -> each.getValue() < log.end(each.getKey())
                                && !input.tooWide().contains(each.getKey())
                                && !holds.held(clock.millis()).contains(each.getKey()));
    }

    /** Returns whether a partition has records that were not read, also if they are held. */
    boolean isBehind() {
        return positions.entrySet().stream().anyMatch(each -> each.getValue() < log.end(each.getKey()));
    }

    /** Returns whether nothing of the partitions is being sent or written. */
    boolean isQuiet(List<TopicPartition> stopped) {
        try {
            return input.awaitQuiet(stopped, 0);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static int capacity() {
        return CAPACITY;
    }
}
