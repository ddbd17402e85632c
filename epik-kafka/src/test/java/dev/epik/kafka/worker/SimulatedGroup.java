// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.worker;

import static java.util.Objects.requireNonNull;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.AccountClient.RedriveResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Backlog;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.simulation.GroupStore;
import dev.epik.kafka.KafkaRig;
import dev.epik.kafka.broker.KafkaSettings;
import dev.epik.kafka.record.RecordFormat;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Brokers with the topics, and the coordinator of the group of workers, on simulated time. The windows of the workers
 * are real. Not thread-safe.
 */
public final class SimulatedGroup extends StoreOfTopics implements GroupStore {
    private static final int[] CAPACITIES = {8, 40, 400, 5_000};
    private static final int PARTITIONS = 3;
    private static final long HEARTBEAT = 5_000_000_000L;
    private static final long REQUEST_TIMEOUT = 30_000_000_000L;
    private static final int MAX_ANSWER = 50_000_000;

    private final KafkaSettings settings = ModelGroup.settings();
    private final Clock clock;
    private final boolean spreads;
    private final int capacity;
    private final long sessionTimeout;
    final ModelLog log;
    private final List<TopicPartition> partitions;
    private final List<SimulatedMember> members = new ArrayList<>();
    private final Map<TopicPartition, SimulatedMember> owners = new LinkedHashMap<>();
    private final Map<TopicPartition, SimulatedMember> targets = new LinkedHashMap<>();
    private final Map<SimulatedMember, Long> silentSince = new LinkedHashMap<>();
    private final Map<StoredEvent.Key, DeadLetter> dead = new LinkedHashMap<>();
    private @Nullable Ports ports;
    private long failures;

    /** @param seed decides about the size of windows, the partitions of an ad account, and the session timeout */
    public SimulatedGroup(Clock clock, long seed) {
        this(clock, new Random(seed));
    }

    private SimulatedGroup(Clock clock, Random random) {
        this(
                clock,
                CAPACITIES[random.nextInt(CAPACITIES.length)],
                random.nextInt(3) == 0,
                Duration.ofSeconds(10 + random.nextInt(35)));
    }

    /**
     * @param capacity of the windows
     * @param spreads whether the events of an ad account are in all partitions
     */
    public SimulatedGroup(Clock clock, int capacity, boolean spreads, Duration sessionTimeout) {
        this.clock = clock;
        this.capacity = capacity;
        this.spreads = spreads;
        this.sessionTimeout = sessionTimeout.toNanos();
        this.log = new ModelLog(
                PARTITIONS,
                List.of(settings.topic(), settings.retryTopic(), settings.laterTopic(), settings.deadTopic()));
        this.partitions = log.partitions(Set.copyOf(settings.waitingTopics()));
    }

    Ports ports() {
        return requireNonNull(ports);
    }

    @Override
    public void start(Ports thePorts) {
        ports = thePorts;
        heartbeats();
    }

    // --- the log

    /** Writes a record; the answer comes later. If the brokers do not answer in time, it may be stored nevertheless. */
    void write(ProducerRecord<byte[], byte[]> record, Consumer<Boolean> answer) {
        ports().scheduler().after(1_000_000 + ports().random().nextInt(MAX_ANSWER), () -> {
            boolean fails = ports().isDown().getAsBoolean()
                    || (ports().mayFail().getAsBoolean() && ports().random().nextInt(40) == 0);
            if (!fails || ports().random().nextInt(4) == 0) {
                append(record);
            }
            if (fails) {
                ports().coverage().accept("record not written");
                ports().scheduler().after(REQUEST_TIMEOUT, () -> answer.accept(false));
            } else {
                answer.accept(true);
            }
        });
    }

    private void append(ProducerRecord<byte[], byte[]> record) {
        if (record.topic().equals(settings.deadTopic())) {
            RecordFormat.Reading reading = RecordFormat.readDead(record.key(), record.value(), record.headers());
            if (reading instanceof RecordFormat.Dead letter) {
                ports().coverage().accept("dead letter written");
                dead.put(letter.letter().event().key(), letter.letter());
                ports().dead().accept(letter.letter().event().json());
            }
            return;
        }
        if (!record.topic().equals(settings.topic())) {
            ports().coverage().accept("record in " + record.topic());
        }
        TopicPartition partition = new TopicPartition(record.topic(), partitionOf(record.key()));
        log.append(partition, record, clock.millis());
        SimulatedMember owner = owners.get(partition);
        if (owner != null) {
            owner.runWithin(ports().random().nextInt(100_000_000));
        }
    }

    private int partitionOf(byte[] key) {
        int hash = 0;
        for (byte each : key) {
            if (each == '/' && !spreads) {
                break;
            }
            hash = 31 * hash + each;
        }
        return Math.floorMod(hash, PARTITIONS);
    }

    /** Commits offsets. The coordinator refuses those of a worker that is no member, or has lost a partition. */
    boolean commit(SimulatedMember member, Map<TopicPartition, OffsetAndMetadata> offsets) {
        if (ports().isDown().getAsBoolean() || offsets.keySet().stream().anyMatch(each -> owners.get(each) != member)) {
            ports().coverage().accept("commit refused");
            failures++;
            return false;
        }
        log.committed.putAll(offsets);
        boolean isAnswerLost =
                ports().mayFail().getAsBoolean() && ports().random().nextInt(40) == 0;
        return !isAnswerLost;
    }

    // --- the group

    @Override
    public Outbox join(Member process) {
        SimulatedMember member = new SimulatedMember(this, process, capacity);
        rejoin(member);
        return member.worker.window;
    }

    void rejoin(SimulatedMember member) {
        if (!silentSince.containsKey(member)) {
            silentSince.put(member, -1L); // it joins once
            ports().scheduler().after(500_000_000L + ports().random().nextInt(2_500) * 1_000_000L, () -> {
                silentSince.remove(member);
                if (!member.process.isDead()) {
                    members.add(member);
                    ports().coverage().accept("worker joined");
                    rebalance();
                }
            });
        }
    }

    boolean isExpelled(SimulatedMember member) {
        return !members.contains(member);
    }

    @Override
    public void leave(Member process) {
        members.stream().filter(each -> each.process == process).findFirst().ifPresent(member -> {
            member.close();
            members.remove(member);
            release(member);
            rebalance();
        });
    }

    private void release(SimulatedMember member) {
        partitions.forEach(each -> owners.remove(each, member));
    }

    /** Expels workers that sent no heartbeat for the session timeout: they crashed or stand still. */
    private void heartbeats() {
        long now = ports().scheduler().now();
        for (SimulatedMember each : List.copyOf(members)) {
            boolean isSilent = each.process.isDead() || each.process.isFrozen();
            if (!isSilent || ports().isDown().getAsBoolean()) {
                silentSince.remove(each);
            } else if (now - silentSince.computeIfAbsent(each, unused -> now) >= sessionTimeout) {
                ports().coverage().accept("worker expelled, crashed " + each.process.isDead());
                ports().trace().accept(each.process.name() + " is expelled");
                failures++;
                silentSince.remove(each);
                members.remove(each);
                release(each);
                each.runWithin(0); // when it runs again, it notices that
                rebalance();
            }
        }
        ports().scheduler().after(HEARTBEAT, this::heartbeats);
    }

    private void rebalance() {
        targets.clear();
        for (int i = 0; i < partitions.size() && !members.isEmpty(); i++) {
            targets.put(partitions.get(i), members.get(i % members.size()));
        }
        for (SimulatedMember each : List.copyOf(members)) {
            List<TopicPartition> moved = partitions.stream()
                    .filter(id -> owners.get(id) == each && targets.get(id) != each)
                    .toList();
            if (!moved.isEmpty()) {
                ports().coverage().accept("partitions revoked");
                each.beginRevocation(moved);
            }
        }
        partitions.forEach(this::assign);
    }

    private void assign(TopicPartition id) {
        SimulatedMember target = targets.get(id);
        if (target != null && members.contains(target) && !owners.containsKey(id)) {
            owners.put(id, target);
            target.process.deliver(() -> {
                if (owners.get(id) == target) {
                    ports().trace().accept(target.process.name() + " gets " + id);
                    target.assign(id);
                }
            });
        }
    }

    /** Takes over partitions that a worker has handed over. */
    void released(SimulatedMember member, List<TopicPartition> ids) {
        for (TopicPartition id : ids) {
            if (owners.remove(id, member)) {
                assign(id);
            }
        }
    }

    // --- for the shop and the operators

    @Override
    public CompletableFuture<Added> add(StoredEvent event) {
        CompletableFuture<Added> answer = new CompletableFuture<>();
        write(RecordFormat.event(settings.topic(), event, false), isStored -> {
            if (isStored) {
                answer.complete(Added.STORED);
            } else {
                answer.completeExceptionally(new OutboxException("simulated: the broker is away"));
            }
        });
        return answer;
    }

    @Override
    public CancelResult cancel(StoredEvent.Key key) {
        settings.waitingTopics().forEach(topic -> append(KafkaRig.removal(topic, key)));
        return CancelResult.REQUESTED;
    }

    @Override
    public void resume(String adAccount) {
        members.forEach(each -> each.worker.window.resume(adAccount));
    }

    @Override
    public List<DeadLetter> deadLetters(String adAccount, int max) {
        return dead.values().stream()
                .filter(letter -> letter.event().adAccount().equals(adAccount))
                .limit(max)
                .toList();
    }

    @Override
    public RedriveResult redrive(String adAccount, DeadLetter.Which which, DeadLetter.Scope scope) {
        List<DeadLetter> letters = deadLetters(adAccount, Integer.MAX_VALUE);
        letters.forEach(letter -> {
            dead.remove(letter.event().key());
            append(RecordFormat.event(settings.topic(), letter.event(), true));
        });
        return new RedriveResult(letters.size(), 0);
    }

    /** Counts the events whose records are not settled by what is committed. */
    @Override
    public Backlog backlog(String adAccount) {
        Set<StoredEvent.Key> waiting = new HashSet<>();
        for (TopicPartition id : partitions) {
            Set<Long> settled = log.settled(id);
            for (long offset = 0; offset < log.end(id); offset++) {
                ConsumerRecord<byte[], byte[]> record = log.next(id, offset).orElseThrow();
                if (!settled.contains(offset)
                        && RecordFormat.read(record.key(), record.value(), record.headers())
                                instanceof RecordFormat.Event read
                        && read.event().adAccount().equals(adAccount)) {
                    waiting.add(read.event().key());
                }
            }
        }
        return new Backlog(waiting.size(), 0, 0, Optional.empty());
    }

    // --- checks

    @Override
    public void checkAtTheEnd(long repeats) {
        if (repeats > failures * capacity) {
            ports().violated()
                    .accept(repeats + " accepted events were sent again after " + failures
                            + " failures, with windows of " + capacity);
        }
    }

    @Override
    public Duration maxDelay() {
        return Duration.ofSeconds(capacity < 400 ? 120 : 20);
    }

    @Override
    public String toString() {
        return "SimulatedGroup[window " + capacity + ", spreads " + spreads + "]";
    }
}
