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
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The delivery of one ad account on this node: at most one request at a time. It claims what
 * {@link PoisonEventIsolator} decides, sends it, and writes the outcomes. Each state but idle has a deadline, so that
 * nothing that fails to answer stops it for good.
 *
 * <p>All methods are for the delivery thread alone, except {@link #stored}, {@link #accepted} and {@link #trouble}.
 */
final class AccountDelivery implements AccountRequest.Listener {
    private static final Logger LOG = System.getLogger(DeliveryEngine.class.getName());

    /** Pinterest names no limit; a thousand events of usual size have one megabyte. */
    private static final long MAX_BYTES = 4L << 20;

    private static final Duration MAX_WAIT_AFTER_EMPTY_CLAIM = Duration.ofSeconds(30);
    private static final Duration SLOW = Duration.ofSeconds(5);
    private static final int OFFLINE_FIRST_EVERY = 10;

    // Updaters, because a client may have many thousand ad accounts.
    private static final AtomicIntegerFieldUpdater<AccountDelivery> STORED =
            AtomicIntegerFieldUpdater.newUpdater(AccountDelivery.class, "stored");
    private static final AtomicIntegerFieldUpdater<AccountDelivery> SIGNALLED =
            AtomicIntegerFieldUpdater.newUpdater(AccountDelivery.class, "signalled");
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

    /** Set if the outbox could not store a pause. */
    private long pausedUntilNanos;

    private boolean pausedHere;

    private long reportedBytes;
    private int clockSettings;

    // --- of the queue of the engine

    long dueNanos;
    long dueTicket;
    boolean scheduled;

    // --- for any thread

    /** Events that this process stored since the outbox was looked at last. */
    private volatile int stored;

    /** 1 after the engine was woken up for these events, until it has noticed. */
    @SuppressWarnings("UnusedVariable") // it is read by its updater
    private volatile int signalled;

    /** This many new events are worth another look: a look for each would cost a busy shop more than the sending. */
    private volatile int wakeThreshold = 1;

    private volatile long accepted;

    /** What the trouble is; empty once something was taken again or nothing waits any more. */
    private volatile String trouble = "";

    AccountDelivery(String adAccount, DeliveryEngine engine) {
        this.adAccount = adAccount;
        this.engine = engine;
        this.isolator = new PoisonEventIsolator(engine.options.mode().mostEvents(), MAX_BYTES, engine.wall());
        this.writer = new OutcomeWriter(adAccount, engine, this::notifyListener);
        this.request = new AccountRequest(this, engine, this);
        this.lastTriedNanos = engine.time.nanos();
    }

    String trouble() {
        return trouble;
    }

    /** Returns the events that Pinterest took since the start of this process. */
    long accepted() {
        return accepted;
    }

    /** Reports new events; returns whether the engine must be woken. For any thread. */
    boolean stored(int events) {
        return STORED.addAndGet(this, events) >= wakeThreshold && SIGNALLED.compareAndSet(this, 0, 1);
    }

    void signalTaken() {
        signalled = 0;
    }

    boolean isIdle() {
        return request.isIdle();
    }

    /** Returns whether nothing is in flight, and the last look found nothing that can be sent now. */
    boolean isQuiet() {
        return request.isIdle() && quiet && !writer.hasUnwritten() && stored == 0;
    }

    /** Returns whether it waits because the rows that are ready could not be claimed. */
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

    /** Does the next thing for this ad account. */
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
        stored = 0;
        Peek peek = StoreFailure.guard(() -> engine.outbox.peek(adAccount, isolator.maxEvents()));
        Optional<Duration> next = act(peek);
        next = earlier(next, writer.lockedRetryDelay());
        next.ifPresent(delay -> engine.schedule(this, delay));
        if (request.isIdle() && stored >= wakeThreshold) {
            engine.schedule(this, Duration.ZERO); // stored while the threshold was being set
        }
    }

    /** Returns the wall clock's time. */
    private Instant now() {
        Instant now = engine.wall();
        if (clockSettings != engine.clockSettings()) {
            clockSettings = engine.clockSettings();
            isolator.onClockSet(now);
        }
        return now;
    }

    private static Optional<Duration> earlier(Optional<Duration> one, Optional<Duration> other) {
        return one.isPresent() && other.isPresent()
                ? Optional.of(one.get().compareTo(other.get()) < 0 ? one.get() : other.get())
                : one.or(() -> other);
    }

    /** Returns when to look again; empty: after another event was stored, or when what it began has ended. */
    private Optional<Duration> act(Peek peek) throws StoreFailure {
        if (peek.pause().isPresent()) {
            return paused(peek.pause().get());
        }
        boolean suspectDue = peek.nextSuspectIn().filter(Duration::isZero).isPresent();
        if (!isolator.holdsEvents() && peek.ready() == 0 && !suspectDue) {
            quiet = true;
            wakeThreshold = 1;
            emptyClaims = 0;
            Optional<Duration> next = earlier(peek.nextReadyIn(), peek.nextSuspectIn());
            if (next.isEmpty()) {
                forgetTrouble();
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
            quiet = true;
            wakeThreshold = Integer.MAX_VALUE;
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
        if (trouble.isEmpty()) {
            trouble = pause.reason();
        }
        quiet = true;
        token = null;
        wakeThreshold = Integer.MAX_VALUE;
        return Optional.of(pause.left());
    }

    /**
     * Another node has delivered what waited, or it was removed: this node may send nothing for days that would show
     * it.
     */
    private void forgetTrouble() {
        if (!trouble.isEmpty()) {
            LOG.log(Level.INFO, "Nothing waits for ad account {0} any more", adAccount);
            trouble = "";
        }
    }

    /** Returns how long a batch that is not full waits for company; empty if it goes now. */
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
        wakeThreshold = max - peek.ready();
        return Optional.of(left);
    }

    /** Returns whether there is a token now. It is asked for before events are claimed, since that may take long. */
    private boolean askForToken(AdAccount account) {
        wakeThreshold = Integer.MAX_VALUE;
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
        apply(isolator.onNoToken(Failure.ofToken(Reply.Pause.of((Unavailable) answer)), now()));
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
        wakeThreshold = 1;
        return earlier(peek.nextReadyIn(), peek.nextSuspectIn());
    }

    /** Rows that are locked are ready and cannot be claimed: to ask for them without a wait would be a busy loop. */
    private Duration waitAfterEmptyClaim() {
        quiet = true;
        wakeThreshold = 1;
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

    /** Events that still count as web are in a hurry, but offline ones must not wait for ever behind them. */
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
        wakeThreshold = Integer.MAX_VALUE;
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
                engine.onStoreFailure(e); // they become due by themselves, later
            }
        }
        if (decision.pause().isEmpty() && decision.taken()) {
            if (!trouble.isEmpty()) {
                LOG.log(Level.INFO, "Delivery to ad account {0} goes on", adAccount);
            }
            trouble = "";
        }
    }

    private void pause(Failure failure, Decision decision) {
        Duration time =
                Backoff.delay(decision.failures(), failure.requestedPause(), decision.maxPause(), engine.random);
        if (!trouble.equals(failure.reason())) {
            LOG.log(
                    failure.needsOperator() ? Level.ERROR : Level.WARNING,
                    "Delivery to ad account {0} pauses, events stay in the outbox: {1}",
                    adAccount,
                    failure.reason());
        }
        trouble = failure.reason();
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

    // --- what others ask for

    /** Looks at once, whatever it waits for. */
    void tryNow() {
        isolator.onTryNow();
        pausedHere = false;
        if (request.isIdle()) {
            engine.schedule(this, Duration.ZERO);
        }
    }

    /** Gives back what is claimed. What is in flight may have arrived. */
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
