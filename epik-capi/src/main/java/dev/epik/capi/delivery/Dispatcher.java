// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.outbox.Backlog;
import dev.epik.capi.outbox.Outbox;
import dev.epik.capi.outbox.Settlement;
import dev.epik.capi.outbox.StoredEvent;
import dev.epik.capi.pinterest.Mode;
import dev.epik.capi.pinterest.Outcome;
import dev.epik.capi.pinterest.PinterestApi;
import dev.epik.capi.pinterest.Reply;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes one ad account's events from the outbox in batches, sends them, and settles each by its outcome.
 *
 * <p>A batch goes when it is full or its oldest event has waited for the linger time. Trouble that is no event's fault
 * pauses all. An answer that blames the batch without naming the event (400) halves the next batches until the event
 * stands alone; alone, it is rejected only where Pinterest has taken another event since, because else the fault may lie
 * with us.
 *
 * <p>Not for several threads: {@link DispatchThread} calls {@link #step()}, or a test does.
 */
public final class Dispatcher {
    private static final Logger LOG = System.getLogger(Dispatcher.class.getName());

    /** So that a forgotten test mode is found in any log, not only in that of the start. */
    private static final Duration TEST_MODE_REMINDER = Duration.ofHours(1);

    /** Of the process: with several ad accounts the same advice comes to each. All of it goes to the {@link DeliveryListener}. */
    private static final SaidOnce WARNINGS = new SaidOnce(20);

    private final String adAccount;
    private final Outbox outbox;
    private final PinterestApi api;
    private final Mode mode;
    private final Clock clock;
    private final Duration linger;
    private final DeliveryListener listener;
    private final int mostEvents;
    private Instant nextReminder = Instant.MIN;

    /** How many events the next batch may have; below {@link #mostEvents} while a culprit is sought. */
    private int batchLimit;

    /** Events that were blamed, and how many had been accepted by then: not one since, and the fault may be ours. */
    private final Map<StoredEvent.Key, Long> suspects = new HashMap<>();

    /** Lone events blamed in a row. */
    private int blamedAlone;

    /** Pauses in a row. */
    private int troubles;

    private Instant pausedUntil = Instant.MIN;
    private volatile Pause pause = Pause.NONE;
    private final AtomicLong accepted = new AtomicLong();

    private record Pause(Optional<Instant> until, String reason) {
        static final Pause NONE = new Pause(Optional.empty(), "");
    }

    public Dispatcher(
            String adAccount,
            Outbox outbox,
            PinterestApi api,
            Mode mode,
            Clock clock,
            Duration linger,
            DeliveryListener listener) {
        this.adAccount = adAccount;
        this.mode = mode;
        this.outbox = outbox;
        this.api = api;
        this.clock = clock;
        this.linger = linger;
        this.listener = listener;
        this.mostEvents = mode.mostEvents();
        this.batchLimit = mostEvents;
    }

    /**
     * Sends at most one batch.
     *
     * @return when there may be more to do; empty where that is only after another event was stored
     */
    public Optional<Instant> step() throws InterruptedException {
        Instant now = clock.instant();
        remindOfTestMode(now);
        if (now.isBefore(pausedUntil)) {
            return Optional.of(pausedUntil);
        }
        Backlog backlog = outbox.backlog(adAccount, now);
        if (backlog.oldestReady().isEmpty()) {
            return backlog.nextReady();
        }
        Instant due = backlog.oldestReady().get().plus(linger);
        if (backlog.ready() < batchLimit && due.isAfter(now)) {
            return Optional.of(due);
        }
        send(outbox.claim(adAccount, batchLimit, now));
        return Optional.of(now.isBefore(pausedUntil) ? pausedUntil : now);
    }

    /** As {@link #step()}, but waits for no linger time: for shutting down. False where nothing can be sent now. */
    boolean drain() throws InterruptedException {
        Instant now = clock.instant();
        List<StoredEvent> batch = now.isBefore(pausedUntil) ? List.of() : outbox.claim(adAccount, batchLimit, now);
        if (!batch.isEmpty()) {
            send(batch);
        }
        return !batch.isEmpty();
    }

    /** For any thread. */
    public DeliveryStats stats() {
        Backlog backlog = outbox.backlog(adAccount, clock.instant());
        Pause current = pause;
        return new DeliveryStats(backlog.waiting(), backlog.dead(), accepted.get(), current.until, current.reason);
    }

    private void remindOfTestMode(Instant now) {
        if (mode == Mode.TEST && !now.isBefore(nextReminder)) {
            nextReminder = now.plus(TEST_MODE_REMINDER);
            LOG.log(
                    Level.WARNING,
                    "Epik is in TEST mode for ad account {0}: Pinterest checks events and counts none;"
                            + " Mode.LIVE makes them count",
                    adAccount);
        }
    }

    private void send(List<StoredEvent> batch) throws InterruptedException {
        if (batch.isEmpty()) {
            return;
        }
        Reply reply = reply(batch);
        if (reply instanceof Reply.Settled settled) {
            resume();
            settle(batch, settled.outcomes(), clock.instant());
        } else if (reply instanceof Reply.Undecided undecided) {
            narrowDown(batch, undecided.reason());
        } else if (reply instanceof Reply.Pause trouble) {
            postpone(batch, trouble);
        }
    }

    /** Whatever goes wrong with sending, the batch is settled: a claimed event that nobody settles is lost. */
    private Reply reply(List<StoredEvent> batch) throws InterruptedException {
        try {
            return api.send(batch.stream().map(StoredEvent::json).toList());
        } catch (InterruptedException closing) {
            settle(batch, sameForAll(batch, new Outcome.Postponed("closing")), clock.instant());
            throw closing;
        } catch (RuntimeException bug) {
            String type = bug.getClass().getName();
            return new Reply.Pause("Sending failed in here: " + type + ". Please report it.", Optional.empty(), true);
        }
    }

    private void narrowDown(List<StoredEvent> batch, String reason) {
        batch.forEach(event -> suspects.putIfAbsent(event.key(), accepted.get()));
        if (batch.size() > 1) {
            batchLimit = (batch.size() + 1) / 2;
            settle(batch, sameForAll(batch, new Outcome.Postponed(reason)), clock.instant());
        } else if (suspects.getOrDefault(batch.get(0).key(), Long.MAX_VALUE) < accepted.get()) {
            batchLimit = mostEvents;
            settle(batch, List.of(new Outcome.Rejected(reason)), clock.instant());
            // the next rejection needs an acceptance of its own: should Pinterest begin to blame all, this was the last
            suspects.replaceAll((event, before) -> accepted.get());
        } else {
            blameNobodyYet(batch, reason);
        }
    }

    /**
     * Alone and blamed, but nothing else was taken yet: others go first, so that it can show whether they are. Where they are
     * blamed as well, all pause, and each time another one goes first.
     */
    private void blameNobodyYet(List<StoredEvent> batch, String reason) {
        batchLimit = 1;
        blamedAlone++;
        Instant others = clock.instant();
        if (blamedAlone > 1) {
            pause(new Reply.Pause(reason, Optional.empty(), true));
            others = pausedUntil;
        }
        Duration behind = Backoff.wait(blamedAlone, Optional.empty(), ThreadLocalRandom.current());
        settle(batch, List.of(new Outcome.Postponed(reason)), others.plus(behind));
    }

    private void postpone(List<StoredEvent> batch, Reply.Pause trouble) {
        pause(trouble);
        settle(batch, sameForAll(batch, new Outcome.Postponed(trouble.reason())), pausedUntil);
    }

    private void pause(Reply.Pause trouble) {
        troubles++;
        pausedUntil = clock.instant().plus(Backoff.wait(troubles, trouble.retryAfter(), ThreadLocalRandom.current()));
        if (!pause.reason.equals(trouble.reason())) {
            LOG.log(
                    trouble.needsPeople() ? Level.ERROR : Level.WARNING,
                    "Delivery pauses, nothing is lost: {0}",
                    trouble.reason());
        }
        pause = new Pause(Optional.of(pausedUntil), trouble.reason());
    }

    private void resume() {
        if (!pause.reason.isEmpty()) {
            LOG.log(Level.INFO, "Delivery goes on");
        }
        pause = Pause.NONE;
        troubles = 0;
        blamedAlone = 0;
        batchLimit = Math.min(mostEvents, batchLimit * 2);
    }

    private void settle(List<StoredEvent> batch, List<? extends Outcome> outcomes, Instant again) {
        List<Settlement> settlements = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            Outcome outcome = outcomes.get(i);
            settlements.add(new Settlement(batch.get(i), outcome, again));
            if (!(outcome instanceof Outcome.Postponed)) {
                suspects.remove(batch.get(i).key());
            }
            if (outcome instanceof Outcome.Accepted taken) {
                accepted.incrementAndGet();
                surface(taken.warning());
            } else if (outcome instanceof Outcome.Rejected rejected) {
                LOG.log(Level.WARNING, "Pinterest rejected {0}: {1}", batch.get(i), rejected.reason());
            }
        }
        outbox.settle(settlements);
        for (Settlement settlement : settlements) {
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
            listener.settled(settlement.event(), settlement.outcome());
        } catch (RuntimeException listenersOwn) {
            LOG.log(
                    Level.WARNING,
                    "A DeliveryListener failed; delivery goes on: {0}",
                    listenersOwn.getClass().getName());
        }
    }

    private static List<Outcome> sameForAll(List<StoredEvent> batch, Outcome outcome) {
        return batch.stream().map(event -> outcome).toList();
    }
}
