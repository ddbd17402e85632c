// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.capi.Outcome;
import dev.epik.capi.TokenSource.TokenResult;
import dev.epik.capi.TokenSource.Unavailable;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.Peek;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.capi.pinterest.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The delivery of one ad account on this node, with at most one request at a time. It claims the events that
 * {@link PoisonEventIsolator} chooses, sends them, and writes the outcomes. Each state except idle has a deadline, so
 * that a missing answer never stops it.
 *
 * <p>All methods are for the delivery thread, except {@link #stored}, {@link #accepted} and {@link #trouble}, which are
 * thread-safe.
 */
final class AccountDelivery implements AccountRequest.Listener {
    /** Pinterest documents no limit. A thousand events of usual size have one megabyte. */
    private static final long MAX_BYTES = 4L << 20;

    private static final Duration MAX_WAIT_AFTER_EMPTY_CLAIM = Duration.ofSeconds(30);
    private static final Duration SLOW = Duration.ofSeconds(5);

    /** Every tenth batch takes offline events first. */
    private static final int OFFLINE_FIRST_EVERY = 10;

    // An updater instead of an atomic object saves memory: a client may have thousands of ad accounts.
    private static final AtomicLongFieldUpdater<AccountDelivery> ACCEPTED =
            AtomicLongFieldUpdater.newUpdater(AccountDelivery.class, "accepted");

    final String adAccount;
    private final DeliveryEngine engine;
    private final PoisonEventIsolator isolator;
    private final OutcomeWriter writer;
    private final AccountRequest request;
    private @Nullable AccessToken token;
    private int emptyClaims;
    private int batches;
    private boolean quiet;
    private boolean slow;
    private long lastTriedNanos;

    /** Whether this node pauses by itself, because the outbox could not store the pause. */
    private boolean pausedHere;

    private long pausedUntilNanos;
    private long reportedBytes;

    /** How often the wall clock was set, as far as the isolator knows. */
    private int clockSets;

    // --- used by DueQueue

    long dueNanos;
    long dueTicket;
    boolean scheduled;

    // --- for any thread

    private final WakeSignal signal = new WakeSignal();
    private final AccountTrouble trouble;
    private volatile long accepted;

    AccountDelivery(String adAccount, DeliveryEngine engine) {
        this.adAccount = adAccount;
        this.engine = engine;
        this.trouble = new AccountTrouble(adAccount, engine.options.monitor());
        this.isolator = new PoisonEventIsolator(engine.options.mode().maxEvents(), MAX_BYTES, engine.wallClock.now());
        this.writer = new OutcomeWriter(adAccount, engine, this::notifyListener);
        this.request = new AccountRequest(this, engine, this);
        this.lastTriedNanos = engine.time.nanos();
    }

    /** Returns why the ad account pauses; empty while delivery works. */
    Optional<String> trouble() {
        return trouble.reason();
    }

    /** Returns the number of events that Pinterest took since the start of this process. */
    long accepted() {
        return accepted;
    }

    /** Reports new events; returns whether the engine must be woken. */
    boolean stored(int events) {
        return signal.stored(events);
    }

    void signalTaken() {
        signal.taken();
    }

    boolean isIdle() {
        return request.isIdle();
    }

    /** Returns whether nothing is in flight, and the outbox had nothing to send now when it was last read. */
    boolean isQuiet() {
        return request.isIdle() && quiet && !writer.hasUnwritten() && signal.isEmpty();
    }

    /** Returns whether it waits because the ready rows could not be claimed. */
    boolean waitsForLockedRows() {
        return scheduled && emptyClaims > 0;
    }

    boolean isSlow() {
        return slow;
    }

    long lastTriedNanos() {
        return lastTriedNanos;
    }

    boolean holdsNothing() {
        return request.isIdle() && !isolator.holdsEvents() && !writer.hasUnwritten();
    }

    /** Does the next step of this ad account. */
    void step() throws StoreFailure {
        try {
            stepOnce();
        } finally {
            reportHeld();
        }
    }

    private void reportHeld() {
        long held = isolator.heldBytes();
        engine.reportHeld(held, reportedBytes);
        reportedBytes = held;
    }

    private void stepOnce() throws StoreFailure {
        if (!request.isIdle()) {
            request.checkDeadline();
            return;
        }
        if (!writer.write()) {
            engine.schedule(this, writer.retryDelay());
            return;
        }
        if (pausedHere && engine.time.nanos() < pausedUntilNanos) {
            quiet = true;
            engine.schedule(this, Duration.ofNanos(pausedUntilNanos - engine.time.nanos()));
            return;
        }
        pausedHere = false;
        signal.clear();
        Peek peek = StoreFailure.guard(() -> engine.outbox.peek(adAccount, isolator.maxEvents()));
        Optional<Duration> next = act(peek);
        next = earlier(next, writer.lockedRetryDelay());
        next.ifPresent(delay -> engine.schedule(this, delay));
        if (request.isIdle() && signal.isReached()) {
            engine.schedule(this, Duration.ZERO); // stored while the threshold was being set
        }
    }

    /** Returns the time of the wall clock. If the clock was set, also notifies the isolator. */
    private Instant now() {
        Instant now = engine.wallClock.now();
        if (clockSets != engine.wallClock.timesSet()) {
            clockSets = engine.wallClock.timesSet();
            isolator.onClockSet(now);
        }
        return now;
    }

    private static Optional<Duration> earlier(Optional<Duration> one, Optional<Duration> other) {
        return one.isPresent() && other.isPresent()
                ? Optional.of(one.get().compareTo(other.get()) < 0 ? one.get() : other.get())
                : one.or(() -> other);
    }

    /** Returns when to read the outbox again; empty if a new event or the end of a request starts the next step. */
    private Optional<Duration> act(Peek peek) throws StoreFailure {
        if (peek.pause().isPresent()) {
            return paused(peek.pause().get());
        }
        boolean suspectDue = peek.nextSuspectIn().filter(Duration::isZero).isPresent();
        if (!isolator.holdsEvents() && peek.ready() == 0 && !suspectDue) {
            quiet = true;
            signal.wakeAtOnce();
            emptyClaims = 0;
            Optional<Duration> next = earlier(peek.nextReadyIn(), peek.nextSuspectIn());
            if (next.isEmpty()) {
                trouble.onNothingWaits();
            }
            return next;
        }
        Optional<Duration> linger = linger(peek, suspectDue);
        if (linger.isPresent()) {
            return linger;
        }
        quiet = false;
        Optional<AdAccount> account = engine.account(adAccount);
        if (account.isEmpty()) {
            StoreFailure.guard(() -> {
                engine.outbox.noteUnknown(adAccount);
                return true;
            });
            quiet = true;
            signal.wakeNever();
            return Optional.of(AccountLookup.UNKNOWN_FOR);
        }
        if (token == null && !askForToken(account.get())) {
            return Optional.empty();
        }
        AccessToken now = token;
        if (now == null || !engine.acquireSlot(this)) {
            return Optional.empty();
        }
        token = null;
        return send(account.get(), now, peek);
    }

    private Optional<Duration> paused(Peek.Pause pause) {
        writer.add(isolator.onPauseOfAnotherNode(now()));
        trouble.onPauseInOutbox(pause.reason());
        quiet = true;
        token = null;
        signal.wakeNever();
        return Optional.of(pause.left());
    }

    /** Returns how long a batch that is not full lingers for more events; empty if it is sent now. */
    private Optional<Duration> linger(Peek peek, boolean suspectDue) {
        int max = isolator.maxEvents();
        if (engine.isDraining() || isolator.holdsEvents() || isolator.isOutage() || peek.ready() >= max) {
            return Optional.empty();
        }
        Duration left = engine.options.linger().minus(peek.firstStoredFor().orElse(Duration.ZERO));
        if (peek.ready() == 0 || suspectDue || left.isNegative() || left.isZero()) {
            return Optional.empty();
        }
        quiet = true;
        signal.wakeAfter(max - peek.ready());
        return Optional.of(left);
    }

    /** Returns whether there is a token now. It is asked for before the claim, because the answer may take long. */
    private boolean askForToken(AdAccount account) {
        signal.wakeNever();
        return request.askForToken(account).map(this::takeToken).orElse(false);
    }

    @Override
    public void onToken(TokenResult answer) {
        engine.schedule(this, Duration.ZERO);
        takeToken(answer);
    }

    private boolean takeToken(TokenResult answer) {
        if (answer instanceof AccessToken usable) {
            token = usable;
            return true;
        }
        apply(isolator.onNoToken(Failure.ofToken(Reply.Pause.noToken((Unavailable) answer)), now()));
        engine.schedule(this, Duration.ZERO);
        return false;
    }

    // --- sending

    private Optional<Duration> send(AdAccount account, AccessToken usable, Peek peek) throws StoreFailure {
        NextRequest next = isolator.next(peek);
        if (next instanceof NextRequest.Claim claim) {
            Optional<Sending> claimed = claimed(claim);
            if (claimed.isPresent()) {
                next = new NextRequest.Send(claimed.get());
            } else if (claim.kind() == Sending.Kind.CONTROL) {
                next = isolator.controlFromParts(); // another node was faster
            } else {
                engine.releaseSlot(this);
                isolator.onNothingClaimed();
                return Optional.of(waitAfterEmptyClaim());
            }
        }
        emptyClaims = 0;
        if (next instanceof NextRequest.Send send) {
            return send(account, usable, send.sending());
        }
        engine.releaseSlot(this);
        if (next instanceof NextRequest.NoControl) {
            apply(isolator.onNoControl(now()));
            return Optional.of(Duration.ZERO);
        }
        quiet = true;
        signal.wakeAtOnce();
        return earlier(peek.nextReadyIn(), peek.nextSuspectIn());
    }

    /** Returns how long to wait: locked rows are ready but cannot be claimed, so no wait would be a busy loop. */
    private Duration waitAfterEmptyClaim() {
        quiet = true;
        signal.wakeAtOnce();
        Duration wait = Duration.ofSeconds(1L << Math.min(emptyClaims++, 10));
        return wait.compareTo(MAX_WAIT_AFTER_EMPTY_CLAIM) < 0 ? wait : MAX_WAIT_AFTER_EMPTY_CLAIM;
    }

    private Optional<Sending> claimed(NextRequest.Claim claim) throws StoreFailure {
        for (ClaimKind kind : kinds(claim.kind())) {
            long nanos = engine.time.nanos();
            Instant wall = now();
            Optional<Batch> batch = StoreFailure.guard(
                    () -> engine.outbox.claim(adAccount, kind, claim.maxEvents(), isolator.maxBytes(), Lease.LENGTH));
            if (batch.isPresent()) {
                isolator.onClaimed(batch.get());
                Lease lease = new Lease(batch.get(), nanos, wall);
                return Optional.of(new Sending(claim.kind(), lease, writer.withoutKnown(batch.get())));
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the kinds to claim, in order. Online events come first, because they must arrive in time. Offline events
     * come first in every tenth batch.
     */
    private List<ClaimKind> kinds(Sending.Kind kind) {
        return switch (kind) {
            case SUSPECT, RELEASED_SUSPECTS -> List.of(ClaimKind.SUSPECT);
            case BATCH ->
                ++batches % OFFLINE_FIRST_EVERY == 0
                        ? List.of(ClaimKind.OFFLINE, ClaimKind.ONLINE)
                        : List.of(ClaimKind.ONLINE, ClaimKind.OFFLINE);
            default -> List.of(ClaimKind.ONLINE, ClaimKind.OFFLINE);
        };
    }

    private Optional<Duration> send(AdAccount account, AccessToken usable, Sending sending) {
        Optional<Sending> left = engine.preparation.prepare(sending, writer, now());
        if (left.isEmpty()) {
            writer.add(isolator.giveAllBack(now()));
        }
        if (left.isEmpty() || left.get().events().isEmpty()) {
            engine.releaseSlot(this);
            return Optional.of(Duration.ZERO);
        }
        signal.wakeNever();
        lastTriedNanos = engine.time.nanos();
        request.send(account, usable, left.get());
        return Optional.empty();
    }

    @Override
    public void onReply(Sending sending, Reply reply, Duration took) {
        slow = took.compareTo(SLOW) > 0;
        engine.releaseSlot(this);
        engine.schedule(this, Duration.ZERO);
        long bytes = sending.events().stream()
                .mapToLong(claimed -> claimed.event().bytes())
                .sum();
        try {
            apply(isolator.onReply(sending, reply, engine.mayHold(bytes), now()));
        } finally {
            reportHeld();
        }
    }

    private void apply(Decision decision) {
        // The pause comes first: once the events are given back, another node could claim them.
        decision.pause().ifPresent(failure -> pause(failure, decision));
        writer.add(decision.writes());
        for (String key : decision.releaseKeys()) {
            try {
                StoreFailure.guard(() -> engine.outbox.releaseSuspects(adAccount, key));
            } catch (StoreFailure e) {
                engine.onStoreFailure(e); // the suspects become due later without it
            }
        }
        if (decision.pause().isEmpty() && decision.taken()) {
            trouble.onTaken();
        }
    }

    private void pause(Failure failure, Decision decision) {
        Duration time =
                Backoff.delay(decision.failures(), failure.requestedPause(), decision.maxPause(), engine.random);
        trouble.onFailure(failure);
        try {
            StoreFailure.guard(() -> {
                engine.outbox.pause(adAccount, time, failure.reason());
                return true;
            });
        } catch (StoreFailure e) {
            engine.onStoreFailure(e);
            pausedHere = true;
            pausedUntilNanos = engine.time.nanos() + time.toNanos();
        }
    }

    // --- requested from outside

    /** Reads the outbox at once, and ends a pause of this node. */
    void resume() {
        isolator.onResume();
        pausedHere = false;
        if (request.isIdle()) {
            engine.schedule(this, Duration.ZERO);
        }
    }

    /** Gives back all claimed events. Events in flight count as sent once, because they may have arrived. */
    void close() {
        request.abandon()
                .ifPresent(open -> writer.add(open.root(), SuspectPolicy.closedInFlight(open.events(), now())));
        writer.add(isolator.giveAllBack(now()));
        writer.write();
    }

    private void notifyListener(Settlement settlement) {
        if (settlement.outcome() instanceof Outcome.Accepted) {
            ACCEPTED.incrementAndGet(this);
        }
        engine.listener.settled(settlement);
    }
}
