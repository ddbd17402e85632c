// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.scale;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The consumer group: which worker reads which partitions, and the faults of workers. Not thread-safe. */
final class Group {
    /** The time in which no worker reads or sends, although only some partitions move. */
    private static final int REBALANCE = 10_000;

    /** The default of Kafka's {@code session.timeout.ms}. */
    private static final int SESSION = 45_000;

    private static final int UNTIL_REPLACED = 3 * Scenario.MINUTE;
    private static final int FROZEN = 2 * Scenario.MINUTE;

    private final Timeline timeline;
    private final List<Worker> workers;

    /** Partitions of the same number, one of each topic. They are read by the same worker. */
    private final List<List<Partition>> slices;

    private int rebalances;

    Group(Timeline timeline, List<Worker> workers, List<List<Partition>> slices) {
        this.timeline = timeline;
        this.workers = workers;
        this.slices = slices;
        assign();
    }

    /** Kills a worker. The group notices after the session timeout; a new process replaces it later. */
    void kill(Worker worker) {
        worker.kill();
        timeline.at(timeline.now() + SESSION, this::rebalance);
        timeline.at(timeline.now() + UNTIL_REPLACED, () -> {
            worker.restart();
            rebalance();
        });
    }

    /**
     * Freezes a worker. Its partitions are given to others meanwhile. It drops its memory when it goes on, because it
     * has lost them.
     */
    void freeze(Worker worker) {
        worker.kill();
        timeline.at(timeline.now() + SESSION, this::rebalance);
        timeline.at(timeline.now() + FROZEN, () -> {
            worker.restart();
            rebalance();
        });
    }

    /** Stops all workers, then assigns the partitions. A later rebalance replaces one that has not ended. */
    private void rebalance() {
        int number = ++rebalances;
        workers.forEach(Worker::stop);
        timeline.at(timeline.now() + REBALANCE, () -> {
            if (number == rebalances) {
                assign();
                workers.stream().filter(Worker::isAlive).forEach(Worker::resume);
            }
        });
    }

    /** Moves as few partitions as possible. */
    private void assign() {
        List<Worker> alive = workers.stream().filter(Worker::isAlive).toList();
        int max = (slices.size() + alive.size() - 1)
                / alive.size()
                * slices.get(0).size();
        List<List<Partition>> free = new ArrayList<>();
        for (List<Partition> slice : slices) {
            Worker owner = slice.get(0).owner;
            if (owner == null || !owner.isAlive() || owner.partitions().size() > max) {
                take(slice, owner);
                free.add(slice);
            }
        }
        for (List<Partition> slice : free) {
            Worker next = alive.stream()
                    .min(Comparator.comparingInt(worker -> worker.partitions().size()))
                    .orElseThrow();
            slice.forEach(partition -> partition.owner = next);
            next.partitions().addAll(slice);
        }
    }

    private void take(List<Partition> slice, @Nullable Worker owner) {
        if (owner == null) {
            return;
        }
        owner.partitions().removeAll(slice);
        for (Partition partition : slice) {
            if (owner.isAlive()) {
                partition.commit(timeline.now());
            }
            partition.rewind();
        }
    }
}
