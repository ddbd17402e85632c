// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.scale;

import dev.epik.bench.scale.AccountQueue.Mode;
import dev.epik.bench.scale.Pinterest.Answer;
import dev.epik.bench.scale.Pinterest.Status;
import dev.epik.capi.delivery.DeliveryRules;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * One process: a consumer, a window of unsettled records, and a model of the delivery engine over it. Not thread-safe.
 */
final class Worker {
    /** The default of {@code DeliveryOptions.maxInFlight}. */
    private static final int MAX_IN_FLIGHT = 64;

    /** The share of slow ad accounts, a quarter, as in {@code RequestSlots}. */
    private static final int MAX_SLOW_IN_FLIGHT = MAX_IN_FLIGHT / 4;

    /** The length of an answer from which an ad account counts as slow, as in {@code AccountDelivery}. */
    private static final int SLOW_ANSWER = 5_000;

    /** The default of {@code DeliveryOptions.linger}. */
    private static final int LINGER = 1_000;

    /** The time after the last accepted request from which the worker sees an outage of Pinterest. */
    private static final int NOTHING_ACCEPTED = 10_000;

    /** The records that are read from one partition before the next one has its turn. */
    private static final int READ_AT_ONCE = 50;

    private final Simulation simulation;
    private final Policy policy;
    private final List<Partition> partitions = new ArrayList<>();
    private final Map<Integer, AccountQueue> queues = new HashMap<>();

    /** The ad accounts with waiting records. */
    private final Set<AccountQueue> active = new LinkedHashSet<>();

    private final Deque<AccountQueue> waiting = new ArrayDeque<>();
    private int held;
    private int inFlight;
    private int slowInFlight;
    private int lastAccepted = Integer.MIN_VALUE / 2;
    private int firstPartition;
    private int life;
    private boolean alive = true;
    private boolean stopped;

    Worker(Simulation simulation) {
        this.simulation = simulation;
        this.policy = simulation.policy;
    }

    boolean isAlive() {
        return alive;
    }

    List<Partition> partitions() {
        return partitions;
    }

    /** Ends the process. Its memory is lost; answers that come later are ignored. */
    void kill() {
        alive = false;
        life++;
        queues.clear();
        active.clear();
        waiting.clear();
        held = 0;
        inFlight = 0;
        slowInFlight = 0;
    }

    /** Starts the process again, with an empty memory. */
    void restart() {
        alive = true;
        stopped = true;
    }

    /** Stops reading and sending for a rebalance. */
    void stop() {
        stopped = true;
    }

    /** Goes on after a rebalance. Records of partitions that moved to another worker are dropped. */
    void resume() {
        stopped = false;
        for (AccountQueue queue : List.copyOf(active)) {
            held -= queue.removeIf(event -> !owns(event));
            if (queue.size() == 0) {
                active.remove(queue);
            }
        }
        for (AccountQueue queue : List.copyOf(active)) {
            step(queue);
        }
    }

    private boolean owns(Event event) {
        return Objects.requireNonNull(event.partition).owner == this;
    }

    // --- reading

    /** Reads as many records as the window has room for. */
    void poll() {
        if (!alive || stopped || partitions.isEmpty()) {
            return;
        }
        int now = simulation.timeline.now();
        boolean any = true;
        while (any && held < policy.window()) {
            any = false;
            for (int i = 0; i < partitions.size(); i++) {
                any |= readFrom(partitions.get((firstPartition + i) % partitions.size()), now);
            }
        }
        firstPartition++;
    }

    private boolean readFrom(Partition partition, int now) {
        for (int i = 0; i < READ_AT_ONCE; i++) {
            Event event = held < policy.window() ? partition.read(now) : null;
            if (event == null) {
                return i > 0;
            }
            receive(event, now);
        }
        return true;
    }

    private void receive(Event event, int now) {
        AccountQueue queue = queues.computeIfAbsent(event.account, AccountQueue::new);
        if (policy.accountLimit() > 0 && queue.size() >= policy.accountLimit()) {
            simulation.moveToRetry(event);
            return;
        }
        if (queue.size() == 0) {
            active.add(queue);
            queue.lastProgress = queue.inFlight ? queue.lastProgress : now;
        }
        event.read = now;
        queue.add(event);
        held++;
        if (!queue.inFlight && !queue.waitsForSlot) {
            step(queue);
        }
    }

    // --- sending

    /** Sends the next request of the ad account, or schedules this for later. */
    private void step(AccountQueue queue) {
        int now = simulation.timeline.now();
        if (!alive || stopped || queue.inFlight || queue.size() == 0) {
            return;
        }
        if (queue.pausedUntil > now) {
            schedule(queue, queue.pausedUntil);
            return;
        }
        boolean lingers = queue.mode == Mode.NORMAL && queue.size() < queue.maxEvents();
        if (lingers && now < queue.firstRead() + LINGER) {
            schedule(queue, queue.firstRead() + LINGER);
            return;
        }
        if (inFlight >= MAX_IN_FLIGHT || (queue.slow && slowInFlight >= MAX_SLOW_IN_FLIGHT)) {
            if (!queue.waitsForSlot) {
                queue.waitsForSlot = true;
                waiting.add(queue);
            }
            return;
        }
        send(queue, now);
    }

    private void schedule(AccountQueue queue, int time) {
        if (queue.scheduledAt == time) {
            return;
        }
        queue.scheduledAt = time;
        int thisLife = life;
        simulation.timeline.at(time, () -> {
            if (life == thisLife && queue.scheduledAt == time) {
                queue.scheduledAt = -1;
                step(queue);
            }
        });
    }

    private void send(AccountQueue queue, int now) {
        Event[] batch = new Event[Math.min(queue.size(), queue.maxEvents())];
        for (int i = 0; i < batch.length; i++) {
            batch[i] = queue.remove();
        }
        if (queue.size() == 0) {
            active.remove(queue);
        }
        queue.inFlight = true;
        queue.requestStarted = now;
        inFlight++;
        boolean slow = queue.slow;
        slowInFlight += slow ? 1 : 0;
        Answer answer = simulation.ask(queue.account);
        int thisLife = life;
        simulation.timeline.at(now + answer.millis(), () -> {
            simulation.answered(answer, batch);
            if (life == thisLife) {
                slowInFlight -= slow ? 1 : 0;
                onAnswer(queue, batch, answer);
            }
        });
    }

    private void onAnswer(AccountQueue queue, Event[] batch, Answer answer) {
        int now = simulation.timeline.now();
        queue.inFlight = false;
        inFlight--;
        if (answer.status() == Status.TAKEN) {
            lastAccepted = now;
            queue.mode = Mode.NORMAL;
            queue.failures = 0;
            queue.lastProgress = now;
            queue.slow = answer.millis() > SLOW_ANSWER;
            queue.rules.onTaken();
            for (Event event : batch) {
                if (owns(event)) {
                    event.settled = now;
                }
            }
            held -= batch.length;
        } else {
            giveBack(queue, batch);
            onFailure(queue, batch.length, answer, now);
        }
        step(queue);
        nextWaiting();
    }

    private void giveBack(AccountQueue queue, Event[] batch) {
        for (int i = batch.length - 1; i >= 0; i--) {
            if (owns(batch[i])) {
                queue.giveBack(batch[i]);
            } else {
                held--;
            }
        }
        if (queue.size() > 0) {
            active.add(queue);
        }
    }

    private void onFailure(AccountQueue queue, int sent, Answer answer, int now) {
        boolean throttled = answer.status() == Status.THROTTLED;
        if (throttled) {
            queue.rules.onThrottled(sent);
        }
        if (queue.mode == Mode.NORMAL && !throttled) {
            queue.mode = Mode.CONTROL;
            return;
        }
        queue.mode = Mode.OUTAGE;
        queue.failures++;
        boolean operatorMustAct = answer.status() == Status.FORBIDDEN && queue.failures > 1;
        queue.pausedUntil =
                now + DeliveryRules.pause(queue.failures, answer.pause(), operatorMustAct, simulation.jitter);
    }

    /** Gives the free slot to the ad account that waits longest. Slow ones are passed over if they have their share. */
    private void nextWaiting() {
        for (int left = waiting.size(); left > 0 && inFlight < MAX_IN_FLIGHT; left--) {
            AccountQueue next = waiting.remove();
            if (next.slow && slowInFlight >= MAX_SLOW_IN_FLIGHT) {
                waiting.add(next);
                continue;
            }
            next.waitsForSlot = false;
            step(next);
        }
    }

    // --- once a second

    /** Commits, and moves records that wait too long to the retry topic. */
    void keepHouse() {
        if (!alive) {
            return;
        }
        int now = simulation.timeline.now();
        for (Partition partition : partitions) {
            partition.commit(now);
        }
        if (stopped || now - lastAccepted > NOTHING_ACCEPTED) {
            return;
        }
        for (AccountQueue queue : List.copyOf(active)) {
            if (policy.patience() == Policy.Patience.WAITED) {
                move(queue, now - Policy.MAX_WAIT);
            } else if (queue.pausedUntil - now > Policy.MAX_WAIT) {
                move(queue, now);
            }
        }
        if (held >= policy.window()) {
            evict(now);
        }
    }

    private void evict(int now) {
        boolean largestFirst = policy.eviction() == Policy.Eviction.REFUSED_BY_SIZE;
        List<AccountQueue> stalled = new ArrayList<>(
                active.stream().filter(queue -> isStalled(queue, now)).toList());
        if (largestFirst) {
            stalled.sort(Comparator.comparingInt(AccountQueue::size).reversed());
        }
        int enough = policy.window() - policy.window() / 5;
        for (AccountQueue queue : stalled) {
            if (largestFirst && held <= enough) {
                return;
            }
            move(queue, now);
        }
    }

    private boolean isStalled(AccountQueue queue, int now) {
        boolean nothingSettled = now - queue.lastProgress >= Policy.STALLED;
        boolean refused = queue.pausedUntil > now || (queue.inFlight && now - queue.requestStarted >= Policy.STALLED);
        return switch (policy.eviction()) {
            case NONE -> false;
            case NOTHING_SETTLED -> nothingSettled;
            case REFUSED, REFUSED_BY_SIZE -> nothingSettled && refused;
        };
    }

    /** Moves the waiting records that were read until this time. */
    private void move(AccountQueue queue, int readUntil) {
        while (queue.size() > 0 && queue.firstRead() <= readUntil) {
            simulation.moveToRetry(queue.remove());
            held--;
        }
        if (queue.size() == 0) {
            active.remove(queue);
        }
    }
}
