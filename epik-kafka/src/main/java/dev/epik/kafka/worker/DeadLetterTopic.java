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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
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
        List<DeadLetter> all = new ArrayList<>(
                scan(ofAccount(adAccount), Math.max(max, 1), true).values());
        all.sort(Comparator.comparing(DeadLetter::since));
        Collections.reverse(all);
        return List.copyOf(all.subList(0, Math.min(max, all.size())));
    }

    /**
     * Counts the dead letters that are older, by ad account.
     *
     * @throws OutboxException if Kafka does not answer in time
     */
    Map<String, Integer> olderThan(Duration age) {
        Instant before = clock.instant().minus(age);
        Map<String, Map<StoredEvent.Key, Boolean>> keys = new TreeMap<>();
        read(record -> {
            RecordFormat.Reading reading = RecordFormat.readDead(record.key(), record.value(), record.headers());
            if (reading instanceof RecordFormat.Dead dead) {
                StoredEvent.Key key = dead.letter().event().key();
                boolean isOld = dead.letter().since().isBefore(before);
                keys.computeIfAbsent(key.adAccount(), account -> new LinkedHashMap<>())
                        .put(key, isOld);
            } else if (reading instanceof RecordFormat.Removal removal) {
                keys.getOrDefault(removal.key().adAccount(), new LinkedHashMap<>())
                        .remove(removal.key());
            }
        });
        Map<String, Integer> counts = new TreeMap<>();
        keys.forEach((account, each) -> {
            int old = (int) each.values().stream().filter(isOld -> isOld).count();
            if (old > 0) {
                counts.put(account, old);
            }
        });
        return counts;
    }

    /**
     * Writes dead letters to the topic of the events, and then removes them from this one. After a crash in between an
     * event may be in both: it is sent, and can be redriven once more.
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
        Map<StoredEvent.Key, DeadLetter> letters;
        do {
            letters = scan(wanted.and(expired.negate()), MAX_HELD, false);
            List<StoredEvent> some =
                    letters.values().stream().map(DeadLetter::event).toList();
            for (int from = 0; from < some.size(); from += GROUP) {
                redrive(some.subList(from, Math.min(from + GROUP, some.size())));
            }
            events += some.size();
        } while (letters.size() == MAX_HELD);
        return new RedriveResult(
                events, scan(wanted.and(expired), Integer.MAX_VALUE, false).size());
    }

    private void redrive(List<StoredEvent> events) {
        await(events.stream()
                .map(event -> RecordFormat.event(settings.topic(), event, true))
                .map(record -> sender.send(record, SEND_TIME))
                .toList());
        await(events.stream()
                .map(event -> RecordFormat.removal(settings.deadTopic(), event.key()))
                .map(record -> sender.send(record, SEND_TIME))
                .toList());
    }

    private static void await(List<CompletableFuture<Void>> sent) {
        sent.forEach(each -> Waiting.on(each, "Some of the dead letters"));
    }

    private static Predicate<DeadLetter> ofAccount(String adAccount) {
        return letter -> letter.event().adAccount().equals(adAccount);
    }

    /**
     * Returns the dead letters that match and were not removed, by key.
     *
     * @param max how many are kept
     * @param dropsOldest whether later ones replace the first if there are more
     */
    private Map<StoredEvent.Key, DeadLetter> scan(Predicate<DeadLetter> which, int max, boolean dropsOldest) {
        Map<StoredEvent.Key, DeadLetter> found = new LinkedHashMap<>();
        read(record -> {
            RecordFormat.Reading reading = RecordFormat.readDead(record.key(), record.value(), record.headers());
            if (reading instanceof RecordFormat.Removal removal) {
                found.remove(removal.key());
            } else if (reading instanceof RecordFormat.Dead dead) {
                StoredEvent.Key key = dead.letter().event().key();
                found.remove(key);
                if (which.test(dead.letter()) && (dropsOldest || found.size() < max)) {
                    found.put(key, dead.letter());
                }
                if (found.size() > max) {
                    found.remove(found.keySet().iterator().next());
                }
            }
        });
        return found;
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
