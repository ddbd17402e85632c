// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.outbox.Backlog;
import dev.epik.capi.outbox.Batch;
import dev.epik.capi.outbox.Outbox;
import dev.epik.capi.outbox.Peek;
import dev.epik.capi.outbox.Settlement;
import dev.epik.capi.outbox.StoredEvent;
import dev.epik.capi.pinterest.Mode;
import dev.epik.capi.pinterest.Outcome;
import dev.epik.capi.pinterest.PinterestApi;
import dev.epik.capi.pinterest.Reply;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes one ad account's events from the outbox in batches, sends them, and settles each by its outcome. One request is under way at
 * a time on each machine: a thousand events a request are more than any shop has.
 *
 * <p>A batch goes when it is full or its oldest event has waited for the linger time. Trouble that is no event's fault
 * pauses the ad account, on all machines that share the outbox. An answer that blames the batch without naming the event is
 * {@link Narrowing}'s.
 *
 * <p>A claim is a short transaction of the outbox's; the request goes out after it, under a lease that is longer than the request can
 * last. What a crash leaves claimed is claimed again when the lease has ended, by anybody.
 *
 * <p>Not for several threads: {@link DispatchThread} calls {@link #step()}, or a test does.
 */
public final class Dispatcher {
    private static final Logger LOG = System.getLogger(Dispatcher.class.getName());

    /** Twice 30 s for a request and its repetition after a 401, 30 s for a token between them, and as much again. */
    static final Duration LEASE = Duration.ofMinutes(3);

    /** Pinterest names no limit; a thousand events of usual size have one megabyte. */
    private static final long MOST_BYTES = 4L << 20;

    /** So that a forgotten test mode is found in any log, and what is old is forgotten. */
    private static final Duration CHORES = Duration.ofHours(1);

    /** Of the process: with several ad accounts the same advice comes to each. All of it goes to the {@link DeliveryListener}. */
    private static final SaidOnce WARNINGS = new SaidOnce(20);

    private final String adAccount;
    private final Outbox outbox;
    private final PinterestApi api;
    private final DeliveryOptions options;
    private final Narrowing narrowing;
    private Instant nextChores = Instant.MIN;
    private int wanted = 1;

    /** Pauses in a row. */
    private int troubles;

    /** While it lasts, and until something was taken again. */
    private volatile String pauseReason = "";

    private final AtomicLong accepted = new AtomicLong();

    public Dispatcher(String adAccount, Outbox outbox, PinterestApi api, DeliveryOptions options) {
        this.adAccount = adAccount;
        this.outbox = outbox;
        this.api = api;
        this.options = options;
        this.narrowing = new Narrowing(options.mode().mostEvents(), MOST_BYTES);
    }

    /**
     * Sends at most one batch.
     *
     * @return in how long there may be more to do; empty where that is only after another event was stored
     */
    public Optional<Duration> step() throws InterruptedException {
        chores();
        Peek peek = outbox.peek(adAccount, narrowing.events());
        wanted = peek.pause().isPresent() ? Integer.MAX_VALUE : Math.max(1, narrowing.events() - peek.ready());
        if (peek.pause().isPresent()) {
            return Optional.of(peek.pause().get().left());
        }
        if (peek.ready() == 0) {
            wanted = 1;
            return peek.nextReadyIn();
        }
        Duration linger = options.linger().minus(peek.firstStoredFor().orElse(Duration.ZERO));
        if (peek.ready() < narrowing.events() && linger.compareTo(Duration.ZERO) > 0) {
            return Optional.of(linger);
        }
        claimAndSend();
        return Optional.of(Duration.ZERO);
    }

    /** How many new events are worth a {@link #step()} before the time that the last one named. */
    int wanted() {
        return wanted;
    }

    /** As {@link #step()}, but waits for no linger time: for shutting down. False where nothing can be sent now. */
    boolean drain() throws InterruptedException {
        return outbox.peek(adAccount, 1).pause().isEmpty() && claimAndSend();
    }

    /** For any thread. */
    public DeliveryStats stats() {
        Backlog backlog = outbox.backlog(adAccount);
        Optional<Peek.Pause> pause = outbox.peek(adAccount, 1).pause();
        return new DeliveryStats(
                backlog.waiting(),
                backlog.oldest(),
                backlog.dead(),
                accepted.get(),
                pause.map(left -> options.clock().instant().plus(left.left())),
                pause.map(Peek.Pause::reason).orElse(pauseReason));
    }

    private void chores() {
        Instant now = options.clock().instant();
        if (now.isBefore(nextChores)) {
            return;
        }
        nextChores = now.plus(CHORES);
        if (options.mode() == Mode.TEST) {
            LOG.log(
                    Level.WARNING,
                    "Epik is in TEST mode for ad account {0}: Pinterest checks events and counts none;"
                            + " Mode.LIVE makes them count",
                    adAccount);
        }
        int forgotten = outbox.forget(adAccount, options.keepDelivered(), options.keepDead());
        if (forgotten > 0) {
            LOG.log(
                    Level.WARNING,
                    "{0} dead letters of ad account {1} were over {2} days old and are removed",
                    forgotten,
                    adAccount,
                    options.keepDead().toDays());
        }
    }

    private boolean claimAndSend() throws InterruptedException {
        Optional<Batch> claimed = outbox.claim(adAccount, narrowing.events(), narrowing.bytes(), LEASE);
        if (claimed.isEmpty()) {
            return false;
        }
        Batch batch = claimed.get();
        Instant now = options.clock().instant();
        List<Settlement> parked = new ArrayList<>();
        List<StoredEvent> events = new ArrayList<>();
        for (Batch.Claimed each : batch.claimed()) {
            Optional<String> why = Age.tooOld(each, now, options);
            why.ifPresentOrElse(
                    reason -> parked.add(Settlement.of(each.event(), new Outcome.Rejected(reason))),
                    () -> events.add(each.event()));
        }
        if (!parked.isEmpty()) {
            settle(batch, parked);
        }
        if (!events.isEmpty()) {
            send(batch, events);
        }
        return true;
    }

    private void send(Batch batch, List<StoredEvent> events) throws InterruptedException {
        Reply reply = reply(batch, events);
        if (reply instanceof Reply.Settled settled) {
            List<Settlement> settlements = new ArrayList<>(events.size());
            for (int i = 0; i < events.size(); i++) {
                settlements.add(Settlement.of(events.get(i), settled.outcomes().get(i)));
            }
            record(batch, settlements); // first: an outbox that fails at the next line has what matters
            resume();
            tell(settlements);
        } else if (reply instanceof Reply.Undecided undecided) {
            Narrowing.Next next = narrowing.blamed(events, undecided, accepted.get());
            if (next.pause()) {
                Duration time = pause(new Reply.Pause(undecided.reason(), Optional.empty(), true));
                settle(batch, next.settlements(time));
            } else {
                settle(batch, next.settlements(Duration.ZERO));
            }
        } else if (reply instanceof Reply.Pause trouble) {
            pause(trouble);
            // no wait of their own: the pause holds them back, and whoever ends it early ends their wait as well
            settle(batch, sameForAll(events, trouble.reason()));
        }
    }

    /** Whatever goes wrong with sending, the batch is settled: what nobody settles waits until its lease ends. */
    private Reply reply(Batch batch, List<StoredEvent> events) throws InterruptedException {
        try {
            return api.send(events.stream().map(StoredEvent::json).toList());
        } catch (InterruptedException closing) {
            settle(batch, sameForAll(events, "closing"));
            throw closing;
        } catch (RuntimeException bug) {
            String type = bug.getClass().getName();
            return new Reply.Pause("Sending failed in here: " + type + ". Please report it.", Optional.empty(), true);
        }
    }

    private Duration pause(Reply.Pause trouble) {
        narrowing.failed();
        troubles++;
        Duration time = Backoff.wait(troubles, trouble.retryAfter(), ThreadLocalRandom.current());
        if (!pauseReason.equals(trouble.reason())) {
            LOG.log(
                    trouble.needsPeople() ? Level.ERROR : Level.WARNING,
                    "Delivery to ad account {0} pauses, events stay in the outbox: {1}",
                    adAccount,
                    trouble.reason());
        }
        pauseReason = trouble.reason();
        outbox.pause(adAccount, time, trouble.reason());
        return time;
    }

    private void resume() {
        if (!pauseReason.isEmpty()) {
            LOG.log(Level.INFO, "Delivery to ad account {0} goes on", adAccount);
            outbox.resume(adAccount);
        }
        pauseReason = "";
        troubles = 0;
        narrowing.taken();
    }

    private void settle(Batch batch, List<Settlement> settlements) {
        record(batch, settlements);
        tell(settlements);
    }

    private void record(Batch batch, List<Settlement> settlements) {
        int settled = outbox.settle(batch, settlements);
        if (settled < settlements.size()) {
            LOG.log(
                    Level.WARNING,
                    "{0} events of ad account {1} were answered after their lease had ended; they may be sent twice,"
                            + " with the same id",
                    settlements.size() - settled,
                    adAccount);
        }
    }

    private void tell(List<Settlement> settlements) {
        for (Settlement settlement : settlements) {
            narrowing.settled(settlement);
            if (settlement.outcome() instanceof Outcome.Accepted taken) {
                accepted.incrementAndGet();
                surface(taken.warning());
            } else if (settlement.outcome() instanceof Outcome.Rejected rejected) {
                LOG.log(Level.WARNING, "A dead letter, {0}: {1}", settlement.event(), rejected.reason());
            }
            tell(settlement);
        }
    }

    /** What lowers the match of one event mostly does so at all: a line for each would fill the log. */
    private static void surface(String warning) {
        if (!warning.isEmpty() && WARNINGS.isNew(warning)) {
            LOG.log(Level.WARNING, "Pinterest accepts events and warns (said once): {0}", warning);
        }
    }

    private void tell(Settlement settlement) {
        try {
            options.listener().settled(settlement.event(), settlement.outcome());
        } catch (RuntimeException listenersOwn) {
            LOG.log(
                    Level.WARNING,
                    "A DeliveryListener failed; delivery goes on: {0}",
                    listenersOwn.getClass().getName());
        }
    }

    private static List<Settlement> sameForAll(List<StoredEvent> events, String reason) {
        return events.stream()
                .map(event -> Settlement.of(event, new Outcome.Postponed(reason)))
                .toList();
    }
}
