// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.worker;

import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.kafka.KafkaRig;
import dev.epik.kafka.broker.KafkaSettings;
import dev.epik.kafka.record.RecordFormat;
import dev.epik.testing.TickingClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Workers, a log, ad accounts and a Pinterest, of which a random generator chooses the next step. Not thread-safe. */
final class ModelGroup {
    private static final List<String> ACCOUNTS = List.of("1", "2", "3", "4");
    private static final List<ClaimKind> KINDS = List.of(ClaimKind.values());
    private static final int WORKERS = 3;

    private final Random random;
    private final boolean crashesHappen;
    private final TickingClock clock = new TickingClock(Instant.ofEpochSecond(1_800_000_000));
    private final ModelLog log;
    private final List<ModelWorker> workers = new ArrayList<>();
    private final List<TopicPartition> partitions;
    private final List<StoredEvent> stored = new ArrayList<>();
    private final Map<StoredEvent.Key, Integer> accepted = new HashMap<>();
    private final Set<StoredEvent.Key> dead = new HashSet<>();
    private final Set<StoredEvent.Key> cancelled = new HashSet<>();
    private int foreign;
    private int foreignDead;
    private int crashes;
    private int handovers;
    private int moves;

    ModelGroup(Random random, boolean crashesHappen) {
        this.random = random;
        this.crashesHappen = crashesHappen;
        KafkaSettings settings = settings();
        this.log = new ModelLog(
                3, List.of(settings.topic(), settings.retryTopic(), settings.laterTopic(), settings.deadTopic()));
        this.partitions = log.partitions(Set.of(settings.topic(), settings.retryTopic(), settings.laterTopic()));
        for (int i = 0; i < WORKERS; i++) {
            workers.add(new ModelWorker(log, clock));
        }
        partitions.forEach(each -> any(workers).assign(each));
    }

    static KafkaSettings settings() {
        return KafkaRig.settings("t");
    }

    int repeats() {
        return accepted.values().stream().mapToInt(times -> times - 1).sum();
    }

    int crashes() {
        return crashes;
    }

    int handovers() {
        return handovers;
    }

    int moves() {
        return moves;
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
            for (ModelWorker each : workers) {
                if (each.held() > ModelWorker.capacity()) {
                    throw new AssertionError("the window holds " + each.held());
                }
            }
        }
    }

    private void step() {
        ModelWorker worker = any(workers);
        int what = random.nextInt(100);
        if (what < 15) {
            store();
        } else if (what < 17) {
            storeSomethingElse();
        } else if (what < 42) {
            read(worker, any(partitions));
        } else if (what < 55) {
            worker.claim(any(ACCOUNTS), any(KINDS), 1 + random.nextInt(8));
        } else if (what < 70) {
            settleOne(worker);
        } else if (what < 74) {
            Duration time = random.nextInt(3) == 0 ? Duration.ofMinutes(15) : Duration.ofSeconds(20);
            worker.window.pause(any(ACCOUNTS), time, "a reason");
        } else if (what < 78) {
            worker.input.move();
            worker.writer.flush();
        } else if (what < 86) {
            answerOne(worker);
        } else if (what < 92) {
            worker.commit(random.nextInt(5) > 0);
        } else if (what < 96) {
            tick();
        } else if (what < 98 || !crashesHappen) {
            handOver(worker);
        } else if (what == 98) {
            crash(worker);
        } else {
            lose(worker);
        }
    }

    private void store() {
        if (crashesHappen && random.nextInt(10) == 0 && !stored.isEmpty()) {
            append(any(stored)); // the shop submits an event again
            return;
        }
        StoredEvent event = new StoredEvent(
                any(ACCOUNTS), "checkout", "e" + stored.size(), "{}", clock.instant(), random.nextInt(4) == 0);
        stored.add(event);
        append(event);
    }

    private void append(StoredEvent event) {
        log.append(KafkaRig.record(event), clock.millis());
    }

    private void storeSomethingElse() {
        int what = random.nextInt(3);
        if (what == 0 && !stored.isEmpty()) {
            StoredEvent.Key key = any(stored).key();
            cancelled.add(key);
            for (String topic : List.of(settings().topic(), settings().retryTopic())) {
                log.append(KafkaRig.removal(topic, key), clock.millis());
            }
        } else if (what == 1) {
            foreign++;
            byte[] bytes = ("x" + foreign).getBytes(StandardCharsets.UTF_8);
            log.append(new ProducerRecord<>(settings().topic(), bytes, bytes), clock.millis());
        } else {
            log.appendGap(any(partitions));
        }
    }

    private void read(ModelWorker worker, TopicPartition partition) {
        if (worker.partitions().contains(partition)) {
            Set<Long> settled = log.settled(partition);
            for (ConsumerRecord<byte[], byte[]> each : worker.read(partition)) {
                if (settled.contains(each.offset())) {
                    throw new AssertionError("a settled record is sent again");
                }
            }
        }
    }

    private void settleOne(ModelWorker worker) {
        if (!worker.inFlight.isEmpty()) {
            Batch batch = worker.inFlight.remove(random.nextInt(worker.inFlight.size()));
            boolean isLost = crashesHappen && random.nextInt(20) == 0;
            List<Settlement> settlements = outcomes(batch);
            if (!isLost) {
                worker.window.settle(batch, settlements);
            }
        }
    }

    private List<Settlement> outcomes(Batch batch) {
        List<Settlement> settlements = new ArrayList<>();
        for (Batch.Claimed each : batch.claimed()) {
            int what = random.nextInt(20);
            if (what == 0) {
                settlements.add(Settlement.of(each, new Outcome.Rejected("a reason")));
            } else if (what < 4) {
                Duration delay = Duration.ofSeconds(random.nextInt(2) == 0 ? 5 : 7200);
                settlements.add(Settlement.postponed(
                        each, "a reason", delay, each.history().withFailureAlone("k", clock.instant())));
            } else {
                settlements.add(accept(each));
            }
        }
        return settlements;
    }

    private Settlement accept(Batch.Claimed claimed) {
        accepted.merge(claimed.event().key(), 1, Integer::sum);
        return Settlement.of(claimed, new Outcome.Accepted(""));
    }

    private void answerOne(ModelWorker worker) {
        if (!worker.sent.isEmpty()) {
            int what = random.nextInt(10);
            boolean works = what < 8;
            answer(
                    worker.sent.remove(random.nextInt(worker.sent.size())),
                    works,
                    works || (crashesHappen && what == 9));
        }
    }

    private void answer(ModelWorker.Sent sent, boolean works, boolean isStored) {
        if (isStored) {
            log.append(sent.record(), clock.millis());
            if (sent.record().topic().equals(settings().deadTopic())) {
                onDead(sent.record());
            } else {
                moves++;
            }
        }
        if (works) {
            sent.answer().complete(null);
        } else {
            sent.answer().completeExceptionally(new OutboxException("the broker is away", null));
        }
    }

    private void onDead(ProducerRecord<byte[], byte[]> record) {
        RecordFormat.Reading reading = RecordFormat.readDead(record.key(), record.value(), record.headers());
        if (reading instanceof RecordFormat.Dead letter) {
            dead.add(letter.letter().event().key());
        } else {
            foreignDead++;
        }
    }

    private void tick() {
        if (!crashesHappen) {
            workers.forEach(this::settleAll); // so that no lease ends
        }
        clock.tick(random.nextInt(5) == 0 ? Duration.ofMinutes(11) : Duration.ofMillis(random.nextInt(20_000)));
    }

    private void settleAll(ModelWorker worker) {
        List<Batch> all = List.copyOf(worker.inFlight);
        worker.inFlight.clear();
        all.forEach(batch -> worker.window.settle(batch, outcomes(batch)));
    }

    /** Moves a partition to another worker, as a rebalance does. */
    private void handOver(ModelWorker worker) {
        if (worker.partitions().isEmpty()) {
            return;
        }
        TopicPartition partition = any(worker.partitions());
        worker.input.stop(List.of(partition));
        settleAll(worker);
        clock.tick(Duration.ofSeconds(2)); // after a failure the writer waits
        worker.writer.flush();
        List.copyOf(worker.sent).forEach(sent -> answer(sent, true, true));
        worker.sent.clear();
        if (!crashesHappen) { // otherwise some answers are lost
            assertQuiet(worker, partition);
        }
        worker.commit(true);
        worker.lose(partition);
        any(workers).assign(partition);
        handovers++;
    }

    private static void assertQuiet(ModelWorker worker, TopicPartition partition) {
        try {
            if (!worker.input.awaitQuiet(List.of(partition), 0)) {
                throw new AssertionError("something of " + partition + " is left");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void crash(ModelWorker worker) {
        for (Batch batch : worker.inFlight) {
            if (random.nextBoolean()) {
                batch.claimed().forEach(this::accept);
            }
        }
        for (ModelWorker.Sent sent : worker.sent) {
            answer(sent, random.nextBoolean(), random.nextBoolean());
        }
        List<TopicPartition> orphans = worker.partitions();
        workers.set(workers.indexOf(worker), new ModelWorker(log, clock));
        orphans.forEach(each -> any(workers).assign(each));
        crashes++;
    }

    /** Takes a partition away from a worker that does not know it yet: its answers come late. */
    private void lose(ModelWorker worker) {
        if (!worker.partitions().isEmpty()) {
            TopicPartition partition = any(worker.partitions());
            worker.lose(partition);
            any(workers).assign(partition);
        }
    }

    /** Lets everything work until nothing is left. */
    void finish() {
        workers.forEach(this::settleAll);
        for (int round = 0; round < 200 && !isDone(); round++) {
            clock.tick(Duration.ofMinutes(11));
            for (ModelWorker worker : workers) {
                worker.partitions().forEach(each -> read(worker, each));
                ACCOUNTS.forEach(account -> KINDS.forEach(kind -> worker.claim(account, kind, 1000)));
                worker.inFlight.forEach(batch -> worker.window.settle(
                        batch, batch.claimed().stream().map(this::accept).toList()));
                worker.inFlight.clear();
                worker.writer.flush();
                List.copyOf(worker.sent).forEach(sent -> answer(sent, true, true));
                worker.sent.clear();
                worker.commit(true);
            }
        }
    }

    private boolean isDone() {
        return partitions.stream().allMatch(each -> {
            var committed = log.committed.get(each);
            return (committed == null ? 0 : committed.offset()) >= log.end(each);
        });
    }

    void assertNothingIsLost() {
        Set<StoredEvent.Key> lost = new HashSet<>();
        stored.forEach(event -> lost.add(event.key()));
        lost.removeAll(accepted.keySet());
        lost.removeAll(dead);
        lost.removeAll(cancelled);
        if (!lost.isEmpty()) {
            throw new AssertionError("lost: " + lost);
        }
        if (!isDone()) {
            throw new AssertionError("a partition never ends: " + log.committed);
        }
        if (foreignDead < foreign || (!crashesHappen && foreignDead > foreign)) {
            throw new AssertionError(foreignDead + " of " + foreign + " foreign records are dead letters");
        }
    }
}
