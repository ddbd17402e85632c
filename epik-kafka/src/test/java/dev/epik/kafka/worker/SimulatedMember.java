// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.worker;

import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.simulation.GroupStore;
import dev.epik.kafka.record.RecordFormat;
import dev.epik.kafka.window.WindowInput;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The consumer thread of one simulated worker: reads into the real window, writes its outgoing records, commits, and
 * hands partitions over as {@link ConsumerLoop} does. Not thread-safe.
 */
final class SimulatedMember {
    private static final long POLL = 100_000_000;
    private static final long TICK = 1_000_000_000;
    private static final long TICK_WHILE_HELD = 5_000_000_000L;
    private static final long FLUSH = 50_000_000;
    private static final long MAX_REVOCATION = 30_000_000_000L;

    final GroupStore.Member process;
    final ModelWorker worker;
    private final SimulatedGroup group;
    private final List<TopicPartition> revoked = new ArrayList<>();
    private long nextStep = Long.MAX_VALUE;
    private boolean mayCommit;
    private long revokedUntil;
    private long lastMove;
    private long lastCommit;

    SimulatedMember(SimulatedGroup group, GroupStore.Member process, int capacity) {
        this.group = group;
        this.process = process;
        int maxPoll = Math.max(1, Math.min(500, capacity / 4));
        this.worker = new ModelWorker(group.log, process.wallClock(), capacity, maxPoll);
    }

    // --- the thread

    /** Runs the thread after this time at the latest. */
    void runWithin(long nanos) {
        long time = group.ports().scheduler().now() + nanos;
        if (time >= nextStep) {
            return;
        }
        nextStep = time;
        group.ports().scheduler().at(time, () -> {
            if (nextStep == time) {
                nextStep = Long.MAX_VALUE;
                process.deliver(this::step);
            }
        });
    }

    private void step() {
        if (group.isExpelled(this)) {
            lose(worker.partitions()); // the first poll after a freeze reports it
            group.rejoin(this);
            return;
        }
        long now = group.ports().scheduler().now();
        if (!revoked.isEmpty()) {
            revoke(now);
            return;
        }
        boolean readAny = readAll();
        if (now - lastMove >= TICK) {
            lastMove = now;
            worker.input.move();
        }
        flush();
        boolean holdsEvents = worker.held() > 0;
        mayCommit |= readAny || holdsEvents;
        if (now - lastCommit >= TICK || worker.input.isCommitUrgent()) {
            lastCommit = now;
            WindowInput.Commit commit = worker.input.toCommit(true);
            mayCommit = holdsEvents || !commit.isEmpty();
            commit(commit);
        }
        if (readAny || worker.hasUnread()) {
            runWithin(POLL);
        } else if (mayCommit) {
            runWithin(TICK);
        } else if (worker.isBehind()) {
            runWithin(TICK_WHILE_HELD);
        }
    }

    private boolean readAll() {
        if (group.ports().isDown().getAsBoolean()) {
            runWithin(TICK);
            return false;
        }
        boolean readAny = false;
        for (TopicPartition partition : worker.partitions()) {
            TreeMap<String, Integer> arrived = new TreeMap<>();
            for (ConsumerRecord<byte[], byte[]> record : worker.read(partition)) {
                RecordFormat.Reading reading = RecordFormat.read(record.key(), record.value(), record.headers());
                if (reading instanceof RecordFormat.Event read) {
                    arrived.merge(read.event().adAccount(), 1, Integer::sum);
                }
            }
            readAny |= !arrived.isEmpty();
            arrived.keySet().forEach(process::wake);
        }
        return readAny;
    }

    // --- writing

    private void flush() {
        worker.writer.flush();
        List<ModelWorker.Sent> sent = List.copyOf(worker.sent);
        worker.sent.clear();
        for (ModelWorker.Sent each : sent) {
            group.write(
                    each.record(),
                    isStored -> process.deliver(() -> {
                        if (isStored) {
                            each.answer().complete(null);
                        } else {
                            each.answer().completeExceptionally(new OutboxException("simulated: the broker is away"));
                        }
                        runWithin(POLL);
                    }));
        }
    }

    private void commit(WindowInput.Commit commit) {
        if (!commit.isEmpty() && group.commit(this, commit.offsets())) {
            worker.input.committed(commit);
        }
    }

    // --- assignment

    void assign(TopicPartition partition) {
        worker.assign(partition);
        runWithin(POLL);
    }

    /** Begins to hand partitions over: what is being sent is awaited for 30 s. */
    void beginRevocation(Collection<TopicPartition> partitions) {
        revoked.addAll(partitions);
        worker.input.stop(partitions);
        revokedUntil = group.ports().scheduler().now() + MAX_REVOCATION;
        runWithin(0);
    }

    private void revoke(long now) {
        flush();
        if (!worker.isQuiet(revoked) && now < revokedUntil) {
            runWithin(FLUSH);
            return;
        }
        finishRevocation(List.copyOf(revoked));
        runWithin(POLL);
    }

    private void finishRevocation(List<TopicPartition> partitions) {
        commit(worker.input.toCommit(partitions, true));
        partitions.forEach(worker::lose);
        revoked.removeAll(partitions);
        group.released(this, partitions);
    }

    /** Leaves the group, as a worker that is closed does. */
    void close() {
        worker.input.stop(worker.partitions());
        flush();
        finishRevocation(worker.partitions());
    }

    void lose(List<TopicPartition> partitions) {
        partitions.forEach(worker::lose);
        revoked.removeAll(partitions);
    }
}
