// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.scale;

import dev.epik.bench.scale.Accounts.Kind;
import dev.epik.bench.scale.Pinterest.Answer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The counts and delays of one simulation. A delay is the time from the submit to the first answer that accepted the
 * event. <i>Calm</i> means events that were submitted neither in the outage, nor in the minute before it, nor in the
 * quarter of an hour after it. Not thread-safe.
 */
final class Statistics {
    private static final int BEFORE_OUTAGE = Scenario.MINUTE;
    private static final int AFTER_OUTAGE = 15 * Scenario.MINUTE;

    /** A line of the plots: the values of one minute. */
    record Minute(
            int end,
            Map<Kind, Long> waiting,
            int healthyP50,
            int healthyP99,
            int healthyMax,
            Map<Kind, Integer> p99,
            long moved,
            long movedHealthy,
            long requests,
            long repeats) {}

    private final Scenario scenario;
    private final Accounts accounts;
    private final Map<Kind, Histogram> calm = new EnumMap<>(Kind.class);
    private final Map<Kind, Histogram> thisMinute = new EnumMap<>(Kind.class);
    private final Map<Kind, Long> waiting = new EnumMap<>(Kind.class);
    private final List<Histogram> calmByTenth = new ArrayList<>();
    private final List<Histogram> recoveryByTenth = new ArrayList<>();
    private final Histogram recovery = new Histogram();
    private final List<Minute> minutes = new ArrayList<>();
    private long created;
    private long accepted;
    private long acceptedCalls;
    private long repeats;
    private long repeatsThisMinute;
    private long requests;
    private long requestsInOutage;
    private long requestsThisMinute;
    private long moved;
    private long movedHealthy;
    private long movedThisMinute;
    private long movedHealthyThisMinute;
    private long throttled;
    private long steps;
    private long waitingInTopics;

    Statistics(Scenario scenario, Accounts accounts) {
        this.scenario = scenario;
        this.accounts = accounts;
        for (Kind kind : Kind.values()) {
            calm.put(kind, new Histogram());
            thisMinute.put(kind, new Histogram());
            waiting.put(kind, 0L);
        }
        for (int i = 0; i < 10; i++) {
            calmByTenth.add(new Histogram());
            recoveryByTenth.add(new Histogram());
        }
    }

    // --- counted by the simulation

    void created(Event event) {
        created++;
        waiting.merge(Accounts.kind(event.account), 1L, Long::sum);
    }

    void requested(Answer answer, int now) {
        requests++;
        requestsThisMinute++;
        requestsInOutage += scenario.isOutage(now) ? 1 : 0;
        throttled += answer.status() == Pinterest.Status.THROTTLED ? 1 : 0;
        acceptedCalls += answer.status() == Pinterest.Status.TAKEN ? 1 : 0;
    }

    void accepted(Event event, int now) {
        if (event.accepted) {
            repeats++;
            repeatsThisMinute++;
            return;
        }
        event.accepted = true;
        accepted++;
        Kind kind = Accounts.kind(event.account);
        waiting.merge(kind, -1L, Long::sum);
        int delay = now - event.created;
        of(thisMinute, kind).add(delay);
        int tenth = accounts.tenth(event.account);
        boolean before = event.created < scenario.outageFrom() - BEFORE_OUTAGE;
        if (before || event.created >= scenario.outageTo() + AFTER_OUTAGE) {
            of(calm, kind).add(delay);
            if (kind == Kind.HEALTHY) {
                calmByTenth.get(tenth).add(delay);
            }
        } else if (kind == Kind.HEALTHY && event.created < scenario.outageTo() && now >= scenario.outageTo()) {
            recovery.add(now - scenario.outageTo());
            recoveryByTenth.get(tenth).add(now - scenario.outageTo());
        }
    }

    void moved(Event event, int now) {
        moved++;
        movedThisMinute++;
        if (Accounts.kind(event.account) == Kind.HEALTHY) {
            movedHealthy++;
            movedHealthyThisMinute++;
        }
    }

    void endMinute(int now) {
        Map<Kind, Integer> p99 = new EnumMap<>(Kind.class);
        thisMinute.forEach((kind, delays) -> p99.put(kind, delays.percentile(0.99)));
        Histogram healthy = of(thisMinute, Kind.HEALTHY);
        minutes.add(new Minute(
                now,
                new EnumMap<>(waiting),
                healthy.percentile(0.5),
                healthy.percentile(0.99),
                healthy.max(),
                p99,
                movedThisMinute,
                movedHealthyThisMinute,
                requestsThisMinute,
                repeatsThisMinute));
        thisMinute.values().forEach(Histogram::clear);
        movedThisMinute = 0;
        movedHealthyThisMinute = 0;
        requestsThisMinute = 0;
        repeatsThisMinute = 0;
    }

    /**
     * Ends the count.
     *
     * @param allSteps the number of steps of the simulation
     * @param inTopics the records that are not settled
     */
    void end(long allSteps, long inTopics) {
        steps = allSteps;
        waitingInTopics = inTopics;
    }

    // --- for the report

    Histogram calm(Kind kind) {
        return of(calm, kind);
    }

    private static Histogram of(Map<Kind, Histogram> histograms, Kind kind) {
        return Objects.requireNonNull(histograms.get(kind));
    }

    Histogram calmOfTenth(int tenth) {
        return calmByTenth.get(tenth);
    }

    /** Returns the times from the end of the outage to the acceptance of healthy events that were submitted in it. */
    Histogram recovery() {
        return recovery;
    }

    Histogram recoveryOfTenth(int tenth) {
        return recoveryByTenth.get(tenth);
    }

    List<Minute> minutes() {
        return minutes;
    }

    long waiting(Kind kind) {
        return waiting.getOrDefault(kind, 0L);
    }

    long created() {
        return created;
    }

    long accepted() {
        return accepted;
    }

    long repeats() {
        return repeats;
    }

    long requests() {
        return requests;
    }

    double eventsPerRequest() {
        return (double) (accepted + repeats) / acceptedCalls;
    }

    double requestsPerSecondInOutage() {
        return requestsInOutage * 1000.0 / (scenario.outageTo() - scenario.outageFrom());
    }

    long moved() {
        return moved;
    }

    long movedHealthy() {
        return movedHealthy;
    }

    long throttled() {
        return throttled;
    }

    long steps() {
        return steps;
    }

    long waitingInTopics() {
        return waitingInTopics;
    }
}
