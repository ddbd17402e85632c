// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static dev.epik.testing.TestIds.ACCOUNT;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.Mode;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.TokenSource.TokenResult;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.pinterest.Reply;
import dev.epik.testing.TickingClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A delivery engine for one ad account on a manual clock, without threads and without HTTP. A test decides what
 * Pinterest answers to the ids of a request. Not thread-safe.
 */
final class VirtualDelivery implements Tokens {
    private static final AdAccount AD_ACCOUNT = AdAccount.of(ACCOUNT, "a-token");

    final TickingClock clock = new TickingClock(Instant.parse("2026-11-01T10:00:00Z"));
    final MemoryOutbox real = MemoryOutbox.ofCapacity(200_000, clock);
    final Outbox outbox;
    final DeliveryEngine engine;

    /** The number of times that each id was accepted. */
    final Map<String, Integer> accepted = new HashMap<>();

    /** The time at which each id was first accepted. */
    final Map<String, Instant> acceptedAt = new HashMap<>();

    /** The ids of each request so far. */
    final List<List<String>> requests = new ArrayList<>();

    /** The answer of Pinterest; empty if it never answers. */
    Function<List<String>, Optional<Reply>> pinterest = ids -> Optional.of(taken(ids));

    /** The answer of the token source. */
    CompletableFuture<TokenResult> token = CompletableFuture.completedFuture(AccessToken.of("a-token"));

    int tokensAsked;

    VirtualDelivery() {
        this(outbox -> outbox);
    }

    /** @param wrapper makes calls of the outbox fail */
    VirtualDelivery(UnaryOperator<Outbox> wrapper) {
        this.outbox = wrapper.apply(real);
        Time time = new Time() {
            @Override
            public long nanos() {
                return Duration.between(Instant.EPOCH, clock.instant()).toNanos();
            }

            @Override
            public Instant wall() {
                return clock.instant();
            }
        };
        this.engine = new DeliveryEngine(
                outbox,
                (id, usable, events) -> send(events),
                this,
                id -> Optional.of(AD_ACCOUNT),
                DeliveryOptions.of(Mode.LIVE, clock).withLinger(Duration.ZERO),
                time,
                new SplittableRandom(13),
                () -> {});
    }

    static Reply taken(List<String> ids) {
        return new Reply.Settled(Collections.nCopies(ids.size(), new Outcome.Accepted("")));
    }

    private CompletableFuture<Reply> send(List<String> ids) {
        requests.add(ids);
        Optional<Reply> reply = pinterest.apply(ids);
        if (reply.isPresent() && reply.get() instanceof Reply.Settled settled) {
            for (int i = 0; i < ids.size(); i++) {
                if (settled.outcomes().get(i) instanceof Outcome.Accepted) {
                    accepted.merge(ids.get(i), 1, Integer::sum);
                    acceptedAt.putIfAbsent(ids.get(i), clock.instant());
                }
            }
        }
        return reply.<CompletableFuture<Reply>>map(CompletableFuture::completedFuture)
                .orElseGet(CompletableFuture::new);
    }

    @Override
    public CompletableFuture<TokenResult> token(AdAccount account) {
        tokensAsked++;
        return token;
    }

    @Override
    public CompletableFuture<TokenResult> renewed(AdAccount account, AccessToken refused) {
        return CompletableFuture.completedFuture(refused);
    }

    /** Stores an event whose JSON is its id, as a client of this node does. */
    void store(String id, boolean offline) {
        EventStore.Added added = real.add(new StoredEvent(ACCOUNT, "checkout", id, id, clock.instant(), offline))
                .join();
        if (added != EventStore.Added.STORED) {
            throw new AssertionError(id + " is " + added);
        }
        engine.wake(ACCOUNT, 1);
    }

    static StoredEvent.Key key(String id) {
        return new StoredEvent.Key(ACCOUNT, "checkout", id);
    }

    /** Runs the engine for this long. */
    void runFor(Duration time) {
        Instant end = clock.instant().plus(time);
        while (true) {
            long nanos = engine.run();
            Duration left = Duration.between(clock.instant(), end);
            if (nanos > 0 && (left.isZero() || left.isNegative())) {
                return;
            }
            Duration next = Duration.ofNanos(nanos);
            clock.tick(next.compareTo(left) < 0 ? next : left);
        }
    }

    int waiting() {
        return real.backlog(ACCOUNT).waiting();
    }

    List<DeadLetter> deadLetters() {
        return real.deadLetters(ACCOUNT, 1000);
    }
}
