// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.AccessToken;
import dev.epik.capi.pinterest.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A model of Pinterest: answers after a time, counts events, has outages. Not thread-safe. */
final class SimulatedPinterest {
    private static final Duration LATE = Duration.ofMinutes(4);

    private final World world;
    private final SplittableRandom random;
    private final List<Outage> outages = new ArrayList<>();
    private Duration perRequest = Duration.ofMillis(150);
    private Duration perEvent = Duration.ofNanos(350_000);
    private long requests;
    private Consumer<SimRequest> arrivals = request -> {};

    /** The time until which Pinterest asked a client to wait. */
    private long askedToWaitUntil;

    SimulatedPinterest(World world, SplittableRandom random) {
        this.world = world;
        this.random = random;
    }

    void latency(Duration eachRequest, Duration eachEvent) {
        perRequest = eachRequest;
        perEvent = eachEvent;
    }

    /** Runs this for each request, while it is in flight. */
    void onArrival(Consumer<SimRequest> action) {
        arrivals = action;
    }

    void add(Outage outage) {
        outages.add(outage);
    }

    /** Ends all outages. */
    void heal() {
        outages.clear();
    }

    long askedToWaitUntil() {
        return askedToWaitUntil;
    }

    long requests() {
        return requests;
    }

    SimRequest newRequest(SimulatedProcess process, String adAccount, List<String> json) {
        List<SimEvent> events = new ArrayList<>(json.size());
        json.forEach(text -> events.add(world.ledger.ofJson(text)));
        return new SimRequest(requests++, process, adAccount, events, world.scheduler.now());
    }

    /** Sends a request now. */
    CompletableFuture<Reply> send(SimRequest request, AccessToken token) {
        Scheduler scheduler = world.scheduler;
        world.invariants.onSend(request);
        long latency = perRequest.toNanos() + request.events.size() * perEvent.toNanos();
        long noise = (long) (latency * 0.2 * random.nextDouble());
        scheduler.after(latency / 2 + noise, () -> arrive(request, token, latency / 2));
        return request.answer;
    }

    private void arrive(SimRequest request, AccessToken token, long wayBack) {
        long now = world.scheduler.now();
        Verdict verdict = verdict(request, token, now);
        arrivals.accept(request);
        if (verdict.counts()) {
            request.events.forEach(event -> count(event, now));
        }
        world.trace.add("P", "arrives", request.number, request.events.size(), () -> request + " -> " + verdict);
        Reply reply = verdict.reply();
        Throwable failure = verdict.failure();
        if (reply instanceof Reply.Pause pause && pause.retryAfter().isPresent()) {
            long until = now + pause.retryAfter().get().toNanos();
            askedToWaitUntil = Math.max(askedToWaitUntil, until);
        }
        long delay = wayBack + verdict.delay().toNanos();
        if (reply != null) {
            world.scheduler.after(delay, () -> request.process.deliver(() -> answer(request, reply)));
        } else if (failure != null) {
            world.scheduler.after(
                    delay, () -> request.process.deliver(() -> request.answer.completeExceptionally(failure)));
        }
    }

    private void count(SimEvent event, long now) {
        if (event.isPoison(now) && event.poison == Poison.NAMED) {
            return;
        }
        if (event.firstCountedAt == SimEvent.NEVER) {
            event.firstCountedAt = now;
        }
        // Pinterest deduplicates web and app events by name and id, and never deduplicates offline events
        event.counted = event.stored.offline() ? event.counted + 1 : 1;
    }

    private void answer(SimRequest request, Reply reply) {
        if (request.abandoned) {
            return;
        }
        world.invariants.onAnswer(request, reply);
        request.answer.complete(reply);
    }

    private Verdict verdict(SimRequest request, AccessToken token, long now) {
        for (Outage outage : outages) {
            if (outage.applies(request.adAccount, now) && random.nextDouble() < outage.share()) {
                world.coverage.count("request met " + outage.kind());
                return inOutage(outage.kind(), request, now);
            }
        }
        if (!world.tokens.isValid(request.adAccount, token)) {
            world.coverage.count("request with a revoked token");
            return Verdict.pause(401, true, false);
        }
        return Verdict.ofEvents(request.events, now);
    }

    private Verdict inOutage(Outage.Kind kind, SimRequest request, long now) {
        Verdict well = Verdict.ofEvents(request.events, now);
        return switch (kind) {
            case S503 -> Verdict.pause(503, retryAfter(4), false, true);
            case S500 -> Verdict.pause(500, false, true);
            case NO_ANSWER -> Verdict.noAnswer(false);
            case REFUSED -> Verdict.refused();
            case S400 -> Verdict.of(new Reply.Undecided("Pinterest answered 400: try later", false), false);
            case ALL_FAILED -> Verdict.allFailed(request.events, random.nextInt(1000));
            case S401 -> Verdict.pause(401, true, false);
            case S403 -> Verdict.pause(403, true, false);
            case THROTTLED -> Verdict.pause(429, retryAfter(1), false, false);
            case SLOW -> new Verdict(well.reply(), null, well.counts(), Duration.ofMillis(random.nextInt(1, 25_000)));
            case LOST_ANSWER -> Verdict.noAnswer(well.counts());
            case SILENT -> Verdict.silence(well.counts());
            case LATE -> new Verdict(well.reply(), null, well.counts(), LATE);
            case EXCEPTION -> new Verdict(null, new IllegalStateException("simulated"), false, Duration.ZERO);
        };
    }

    /** Returns a Retry-After for one of this many answers: mostly seconds, rarely up to an hour. */
    private Optional<Duration> retryAfter(int oneOf) {
        double seconds = Math.pow(10, 3.55 * random.nextDouble() * random.nextDouble());
        return random.nextInt(oneOf) == 0
                ? Optional.of(Duration.ofSeconds(Math.max(1, (long) seconds)))
                : Optional.empty();
    }
}
