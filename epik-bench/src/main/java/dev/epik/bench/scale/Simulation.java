// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.scale;

import dev.epik.bench.scale.Pinterest.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A discrete simulation of shops that submit events, workers that send them, and Pinterest. It is a model of the rules:
 * no broker, no network, no thread. Not thread-safe. The same scenario and policy have the same result.
 */
final class Simulation {
    private static final int POLL = 100;
    private static final int SECOND = 1000;
    private static final int EIGHTHS = 8;

    final Scenario scenario;
    final Policy policy;
    final Timeline timeline = new Timeline();
    final RandomGenerator jitter;
    private final RandomGenerator traffic;
    private final Accounts accounts;
    private final Pinterest pinterest;
    private final Statistics statistics;
    private final List<List<Partition>> slices = new ArrayList<>();
    private final List<Worker> workers = new ArrayList<>();
    private final Group group;

    private Simulation(Scenario scenario, Policy policy) {
        this.scenario = scenario;
        this.policy = policy;
        SplittableRandom random = new SplittableRandom(scenario.seed());
        this.traffic = random.split();
        this.jitter = random.split();
        this.accounts = new Accounts(scenario.accounts());
        this.pinterest = new Pinterest(scenario, random.split());
        this.statistics = new Statistics(scenario, accounts);
        for (int i = 0; i < scenario.partitions(); i++) {
            List<Partition> slice = new ArrayList<>();
            for (int topic = 0; topic <= policy.retry().topics(); topic++) {
                slice.add(new Partition(i));
            }
            slices.add(slice);
        }
        for (int i = 0; i < scenario.workers(); i++) {
            workers.add(new Worker(this));
        }
        this.group = new Group(timeline, workers, slices);
    }

    /** Runs the scenario. */
    static Statistics run(Scenario scenario, Policy policy) {
        Simulation simulation = new Simulation(scenario, policy);
        simulation.runAll();
        return simulation.statistics;
    }

    private void runAll() {
        timeline.at(0, this::poll);
        timeline.at(SECOND, this::keepHouse);
        int next = 0;
        for (int death : scenario.deaths()) {
            for (int i = 0; i < scenario.killed(); i++) {
                Worker worker = workers.get(next++);
                timeline.at(death, () -> group.kill(worker));
            }
        }
        Worker frozen = workers.get(next);
        timeline.at(scenario.freeze(), () -> group.freeze(frozen));
        timeline.runUntil(scenario.duration());
        long waiting = 0;
        for (List<Partition> slice : slices) {
            for (Partition partition : slice) {
                waiting += partition.backlog();
            }
        }
        statistics.end(timeline.steps(), waiting);
    }

    /** Adds the events of the next 100 ms, then lets each worker read. */
    private void poll() {
        int now = timeline.now();
        int events = poisson(scenario.rate(now) * POLL / SECOND);
        for (int i = 0; i < events; i++) {
            Event event = new Event(accounts.next(traffic), now);
            slices.get(slice(event)).get(0).append(event);
            statistics.created(event);
        }
        workers.forEach(Worker::poll);
        timeline.at(now + POLL, this::poll);
    }

    private int poisson(double mean) {
        double events = mean + Math.sqrt(mean) * traffic.nextGaussian();
        return (int) Math.max(0, Math.round(events));
    }

    private int slice(Event event) {
        int hash = traffic.nextInt() & Integer.MAX_VALUE; // stands for the hash of the event's name and id
        int key = switch (policy.key()) {
            case ACCOUNT -> mixed(event.account * EIGHTHS);
            case ACCOUNT_AND_EIGHTH -> mixed(event.account * EIGHTHS + hash % EIGHTHS);
            case ACCOUNT_AND_EVENT -> hash;
        };
        return key % slices.size();
    }

    private static int mixed(int value) {
        int hash = value * 0x9E3779B9;
        hash = (hash ^ (hash >>> 16)) * 0x85EBCA6B;
        return (hash ^ (hash >>> 13)) & Integer.MAX_VALUE;
    }

    private void keepHouse() {
        workers.forEach(Worker::keepHouse);
        if (timeline.now() % Scenario.MINUTE == 0) {
            statistics.endMinute(timeline.now());
        }
        timeline.at(timeline.now() + SECOND, this::keepHouse);
    }

    // --- called by workers

    Answer ask(int account) {
        Answer answer = pinterest.ask(account, timeline.now());
        statistics.requested(answer, timeline.now());
        return answer;
    }

    /** Counts what Pinterest took, even if the worker that sent it is gone. */
    void answered(Answer answer, Event[] batch) {
        if (answer.status() == Pinterest.Status.TAKEN) {
            for (Event event : batch) {
                statistics.accepted(event.origin, timeline.now());
            }
        }
    }

    /** Writes a record to the retry topic and settles it here. */
    void moveToRetry(Event event) {
        int now = timeline.now();
        event.settled = now;
        Event moved = new Event(event, now + policy.retry().delay(event.round));
        int index = Objects.requireNonNull(event.partition).index;
        slices.get(index).get(1 + policy.retry().topic(event.round)).append(moved);
        statistics.moved(event, now);
    }
}
