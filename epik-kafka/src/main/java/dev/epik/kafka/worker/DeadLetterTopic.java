// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.worker;

import dev.epik.capi.AccountClient.RedriveResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.kafka.broker.KafkaErrors;
import dev.epik.kafka.broker.KafkaProperties;
import dev.epik.kafka.broker.KafkaSettings;
import dev.epik.kafka.broker.TopicCommands;
import dev.epik.kafka.broker.Waiting;
import dev.epik.kafka.producer.RecordSender;
import dev.epik.kafka.record.RecordFormat;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the dead letters of Kafka, and makes them wait again. Each call reads the whole topic, in at most 30 s, with a
 * consumer of its own that belongs to no group. Thread-safe.
 */
final class DeadLetterTopic {
    /** How many dead letters are in memory at most. */
    static final int MAX_HELD = 20_000;

    private static final Duration MAX_TIME = Duration.ofSeconds(30);
    private static final Duration SEND_TIME = Duration.ofSeconds(30);
    private static final int GROUP = 500;

    private final KafkaSettings settings;
    private final RecordSender sender;
    private final Clock clock;

    DeadLetterTopic(KafkaSettings settings, RecordSender sender) {
        this(settings, sender, Clock.systemUTC());
    }

    DeadLetterTopic(KafkaSettings settings, RecordSender sender, Clock clock) {
        this.settings = settings;
        this.sender = sender;
        this.clock = clock;
    }

    /**
     * Returns the newest dead letters, the newest first; of those that were written at the same time, the last first.
     *
     * @throws OutboxException if Kafka does not answer in time
     */
    List<DeadLetter> deadLetters(String adAccount, int max) {
        Map<StoredEvent.Key, DeadLetter> newest = new LinkedHashMap<>();
        for (Found each : scan(ofAccount(adAccount), Math.max(max, 1), true)) {
            StoredEvent.Key key = each.letter.event().key();
            newest.remove(key);
            newest.put(key, each.letter);
        }
        List<DeadLetter> all = new ArrayList<>(newest.values());
        all.sort(Comparator.comparing(DeadLetter::since));
        Collections.reverse(all);
        return List.copyOf(all.subList(0, Math.min(max, all.size())));
    }

    /**
     * Writes dead letters to the topic of the events, and then removes from this one exactly those that it has read. An
     * event that becomes a dead letter again meanwhile stays. After a crash in between an event may be in both topics:
     * it is sent, and can be redriven once more.
     *
     * @throws OutboxException if Kafka does not answer in time; some may be redriven
     */
    RedriveResult redrive(String adAccount, DeadLetter.Which which, DeadLetter.Scope scope) {
        Predicate<DeadLetter> wanted = ofAccount(adAccount)
                .and(letter -> !(which instanceof DeadLetter.Which.OfId only)
                        || only.eventId().equals(letter.event().id()));
        Instant now = clock.instant();
        Predicate<DeadLetter> expired =
                letter -> scope == DeadLetter.Scope.RECENT && !letter.event().isDeduplicated(now);
        int events = 0;
        List<Found> letters;
        do {
            letters = scan(wanted.and(expired.negate()), MAX_HELD, false);
            for (int from = 0; from < letters.size(); from += GROUP) {
                events += redrive(letters.subList(from, Math.min(from + GROUP, letters.size())));
            }
        } while (letters.size() == MAX_HELD);
        return new RedriveResult(
                events, scan(wanted.and(expired), Integer.MAX_VALUE, false).size());
    }

    /** Returns how many events were written. */
    private int redrive(List<Found> letters) {
        Map<StoredEvent.Key, StoredEvent> events = new LinkedHashMap<>();
        letters.forEach(each -> events.put(each.letter.event().key(), each.letter.event()));
        await(events.values().stream()
                .map(event -> RecordFormat.event(settings.topic(), event, true))
                .map(record -> sender.send(record, SEND_TIME))
                .toList());
        await(letters.stream()
                .map(each ->
                        new ProducerRecord<byte[], byte[]>(settings.deadTopic(), each.partition, each.keyBytes(), null))
                .map(record -> sender.send(record, SEND_TIME))
                .toList());
        return events.size();
    }

    private static void await(List<CompletableFuture<Void>> sent) {
        sent.forEach(each -> Waiting.on(each, "Some of the dead letters"));
    }

    private static Predicate<DeadLetter> ofAccount(String adAccount) {
        return letter -> letter.event().adAccount().equals(adAccount);
    }

    /** A dead letter, and the partition and the key of its record. */
    private record Found(DeadLetter letter, int partition, ByteBuffer key) {
        byte[] keyBytes() {
            byte[] bytes = new byte[key.remaining()];
            key.duplicate().get(bytes);
            return bytes;
        }
    }

    /**
     * Returns the dead letters that match and were not removed. An event has several if it was one more than once.
     *
     * @param max how many are kept
     * @param keepsNewest whether the newest are kept if there are more, or those that are read first. Up to twice as
     *     many newest ones are returned: partitions are read in any order
     */
    private List<Found> scan(Predicate<DeadLetter> which, int max, boolean keepsNewest) {
        Map<ByteBuffer, Found> found = new LinkedHashMap<>();
        read(record -> {
            if (record.key() == null) {
                return; // of another program
            }
            ByteBuffer key = ByteBuffer.wrap(record.key());
            found.remove(key);
            if (RecordFormat.readDead(record.key(), record.value(), record.headers()) instanceof RecordFormat.Dead dead
                    && which.test(dead.letter())
                    && (keepsNewest || found.size() < max)) {
                found.put(key, new Found(dead.letter(), record.partition(), key));
            }
            if (found.size() >= 2L * max) {
                found.values().stream()
                        .sorted(Comparator.comparing(each -> each.letter.since()))
                        .limit(max)
                        .toList()
                        .forEach(oldest -> found.remove(oldest.key));
            }
        });
        return List.copyOf(found.values());
    }

    private void read(Consumer<ConsumerRecord<byte[], byte[]>> each) {
        long end = System.nanoTime() + MAX_TIME.toNanos();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                KafkaProperties.consumer(settings, false), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(settings.deadTopic(), MAX_TIME).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            if (partitions.isEmpty()) {
                throw new OutboxException(TopicCommands.missing(settings, List.of(settings.deadTopic())));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, MAX_TIME);
            while (ends.entrySet().stream()
                    .anyMatch(last -> consumer.position(last.getKey(), MAX_TIME) < last.getValue())) {
                if (end - System.nanoTime() <= 0) {
                    throw new OutboxException("The topic " + settings.deadTopic() + " could not be read within "
                            + MAX_TIME.toSeconds() + " s: does Kafka compact it (cleanup.policy=compact)?");
                }
                consumer.poll(Duration.ofMillis(200)).forEach(each);
            }
        } catch (KafkaException e) {
            throw new OutboxException(
                    "The dead letters in Kafka at " + settings.bootstrap() + " cannot be read: "
                            + KafkaErrors.describe(e),
                    e);
        }
    }
}
