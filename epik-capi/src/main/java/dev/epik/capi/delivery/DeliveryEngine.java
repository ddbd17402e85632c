// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.AdAccount;
import dev.epik.capi.outbox.spi.Outbox;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;

/**
 * Schedules the ad accounts of one client: a queue by due time, a bounded number of requests in flight, and the
 * discovery of events that other processes stored. {@link AccountDelivery} does the steps of one ad account.
 *
 * <p><b>Threads.</b> It has no thread of its own. One thread at a time calls {@link #run}: {@link DeliveryThread} or a
 * test. {@link #wake}, {@link #resume}, {@link #post}, {@link #drain} and the methods that only read are thread-safe.
 *
 * <p><b>In a crash</b> no event is lost: all state that matters is in the outbox.
 */
final class DeliveryEngine {
    private static final Logger LOG = System.getLogger(DeliveryEngine.class.getName());

    private static final Duration FORGET_IDLE_ACCOUNT = Duration.ofHours(25);
    private static final Duration STORE_RETRY = Duration.ofSeconds(1);

    /** The limit of steps in one {@link #run}, so that it returns even if something is always due. */
    private static final int MAX_STEPS = 10_000;

    final Outbox outbox;
    final EventsApi api;
    final Tokens tokens;
    final DeliveryOptions options;
    final Time time;
    final WallClock wallClock;
    final RandomGenerator random;
    private final Runnable wakeUp;

    private final Map<String, AccountDelivery> deliveries = new ConcurrentHashMap<>();
    private final Queue<Runnable> posted = new ConcurrentLinkedQueue<>();
    private final Queue<AccountDelivery> woken = new ConcurrentLinkedQueue<>();
    private final DueQueue queue = new DueQueue();
    private final StoreRetry store;
    private final Discovery discovery;
    final OutcomeListener listener;
    final SendPreparation preparation;
    private final AccountLookup lookup;
    private final RequestSlots slots;
    private final BooksMonitor books = new BooksMonitor();
    private final Housekeeping housekeeping;
    private final DrainState drain = new DrainState();
    private volatile long lastRunNanos;

    /**
     * @param random the source of jitter; nothing else is random
     * @param wakeUp called by any thread when {@link #run} must be called earlier than it asked for
     */
    DeliveryEngine(
            Outbox outbox,
            EventsApi api,
            Tokens tokens,
            AdAccount.Source accounts,
            DeliveryOptions options,
            Time time,
            RandomGenerator random,
            Runnable wakeUp) {
        this.outbox = outbox;
        this.api = api;
        this.tokens = tokens;
        this.options = options;
        this.time = time;
        this.wallClock = new WallClock(time);
        this.random = random;
        this.wakeUp = wakeUp;
        this.lookup = new AccountLookup(accounts, time);
        this.slots = new RequestSlots(options.maxInFlight());
        this.housekeeping = new Housekeeping(outbox, options, books, time);
        this.store = new StoreRetry(time);
        this.discovery = new Discovery(this);
        this.listener = new OutcomeListener(options.listener(), options.monitor());
        this.preparation = new SendPreparation(this);
        this.lastRunNanos = time.nanos();
    }

    /**
     * Does everything that is due. Must be called by one thread at a time. Catches every Throwable of the store, the
     * token sources, the listener and this code.
     *
     * @return the nanoseconds until the next call is due, unless {@code wakeUp} is called before
     */
    long run() {
        lastRunNanos = time.nanos();
        takePosted();
        if (store.mayTry()) {
            discover();
            keepHouse();
        }
        for (int i = 0; i < MAX_STEPS; i++) {
            takePosted(); // a call of the store may have taken long
            if (!store.mayTry() || !stepNext()) {
                break;
            }
        }
        if (drain.isDraining()) {
            drain.update(isEverythingQuiet());
        }
        return nanosToNext();
    }

    private boolean isEverythingQuiet() {
        return posted.isEmpty()
                && woken.isEmpty()
                && !slots.isAnyWaiting()
                && store.mayTry()
                && deliveries.values().stream().allMatch(AccountDelivery::isQuiet);
    }

    private void takePosted() {
        for (Runnable next = posted.poll(); next != null; next = posted.poll()) {
            contain(next);
        }
        for (AccountDelivery next = woken.poll(); next != null; next = woken.poll()) {
            next.signalTaken();
            AccountDelivery known =
                    deliveries.putIfAbsent(next.adAccount, next); // it may have been forgotten meanwhile
            scheduleNow(known == null ? next : known);
        }
    }

    private void scheduleNow(AccountDelivery account) {
        if (account.isIdle() && !slots.isWaiting(account)) {
            schedule(account, Duration.ZERO);
        }
    }

    private static void contain(Runnable work) {
        try {
            work.run();
        } catch (Throwable e) { // the events are tried again when their lease ends
            LOG.log(Level.ERROR, "Delivery failed in here, and goes on: {0}. Please report it.", describe(e));
        }
    }

    private static String describe(Throwable e) {
        StackTraceElement[] stack = e.getStackTrace();
        return e.getClass().getName() + (stack.length == 0 ? "" : " at " + stack[0]);
    }

    /** Returns whether something was due. */
    private boolean stepNext() {
        Optional<AccountDelivery> next = queue.poll(time.nanos());
        if (next.isEmpty()) {
            return false;
        }
        AccountDelivery account = next.get();
        try {
            account.step();
            storeWorks();
        } catch (StoreFailure e) {
            onStoreFailure(e);
            if (!account.scheduled) {
                schedule(account, Duration.ZERO); // the queue stops until the store is tried again
            }
            releaseIfIdle(account);
        } catch (Throwable e) {
            LOG.log(Level.ERROR, "Delivery failed in here, and goes on: {0}. Please report it.", describe(e));
            schedule(account, STORE_RETRY);
            releaseIfIdle(account);
        }
        return true;
    }

    private void releaseIfIdle(AccountDelivery account) {
        if (account.isIdle()) {
            releaseSlot(account);
        }
    }

    /** Makes the next step of the ad account due after this delay. Replaces an earlier schedule. */
    void schedule(AccountDelivery account, Duration delay) {
        queue.schedule(account, time.nanos(), delay);
    }

    private long nanosToNext() {
        if (!posted.isEmpty() || !woken.isEmpty()) {
            return 0;
        }
        long now = time.nanos();
        long next = Math.min(discovery.next() - now, housekeeping.next() - now);
        OptionalLong step = queue.nextNanos();
        if (step.isPresent()) {
            next = Math.min(next, step.getAsLong() - now);
        }
        return Math.max(0, Math.max(next, store.retryAt() - now));
    }

    // --- the store

    void onStoreFailure(StoreFailure e) {
        store.failed(e);
    }

    private void storeWorks() {
        if (!discovery.hasFailed()) {
            store.works();
        }
    }

    // --- requests in flight

    boolean acquireSlot(AccountDelivery account) {
        return slots.acquire(account);
    }

    void releaseSlot(AccountDelivery account) {
        slots.release(account).ifPresent(next -> schedule(next, Duration.ZERO));
    }

    boolean mayHold(long bytes) {
        return slots.mayHold(bytes);
    }

    void reportHeld(long now, long before) {
        slots.reportHeld(now, before);
    }

    // --- ad accounts

    Optional<AdAccount> account(String id) {
        return lookup.find(id);
    }

    private AccountDelivery delivery(String id) {
        AccountDelivery known = deliveries.get(id);
        return known != null ? known : deliveries.computeIfAbsent(id, key -> new AccountDelivery(key, this));
    }

    /** Returns an ad account that discovery found; empty if it is unknown, busy or already waiting. */
    Optional<AccountDelivery> deliveryToSchedule(String id) {
        if (lookup.isRemembered(id)) {
            return Optional.empty();
        }
        AccountDelivery account = delivery(id);
        boolean busy = !account.isIdle() || slots.isWaiting(account) || account.waitsForLockedRows();
        return busy ? Optional.empty() : Optional.of(account);
    }

    private void discover() {
        boolean failedBefore = discovery.hasFailed();
        try {
            discovery.run();
        } catch (StoreFailure e) {
            onStoreFailure(e);
            return;
        }
        if (failedBefore) {
            storeWorks();
        }
    }

    private void keepHouse() {
        if (!housekeeping.begin()) {
            return;
        }
        long now = time.nanos();
        deliveries
                .values()
                .removeIf(account -> account.holdsNothing()
                        && !account.scheduled
                        && !slots.isWaiting(account)
                        && now - account.lastTriedNanos() > FORGET_IDLE_ACCOUNT.toNanos());
        lookup.forgetOld();
        try {
            housekeeping.run();
        } catch (StoreFailure e) {
            onStoreFailure(e);
        }
    }

    // --- for any thread

    /** Reports newly stored events. Never waits. */
    void wake(String adAccountId, int events) {
        AccountDelivery account = delivery(adAccountId);
        if (account.stored(events)) {
            drain.onStored();
            woken.add(account);
            wakeUp.run();
        }
    }

    /** Runs this on the thread of {@link #run}. */
    void post(Runnable work) {
        posted.add(work);
        wakeUp.run();
    }

    /** Runs this on the thread of {@link #run} when the future has completed or failed. */
    void whenDone(CompletableFuture<?> future, Runnable work) {
        var unused = future.whenComplete((result, e) -> post(work));
    }

    /** Ends a pause of this node, and reads the outbox for the ad account at once. */
    void resume(String adAccountId) {
        post(() -> {
            lookup.forget(adAccountId);
            delivery(adAccountId).resume();
        });
    }

    /** Sends ready events without lingering, from the next {@link #run} on. */
    void drain() {
        int request = drain.request();
        post(() -> {
            drain.begin(request);
            discovery.hasten();
            new ArrayList<>(deliveries.values()).forEach(this::scheduleNow);
        });
    }

    boolean isDraining() {
        return drain.isDraining();
    }

    /** Returns whether, while draining, nothing is ready and nothing is in flight. */
    boolean isDrained() {
        return drain.isDrained();
    }

    /**
     * Handles the answers that have arrived, and gives back claimed events. The last call of the thread of
     * {@link #run}.
     */
    void close() {
        for (AccountDelivery account : deliveries.values()) {
            takePosted();
            contain(account::close);
        }
    }

    /** Returns the number of events that Pinterest took since the start of this process. */
    long accepted(String adAccountId) {
        AccountDelivery account = deliveries.get(adAccountId);
        return account == null ? 0 : account.accepted();
    }

    /** Returns the difference in the books of an ad account at the last check, in events; 0 if they balanced. */
    long booksDifference(String adAccountId) {
        return books.difference(adAccountId);
    }

    /** Returns why an ad account pauses; empty while delivery works. */
    Optional<String> trouble(String adAccountId) {
        return Optional.ofNullable(deliveries.get(adAccountId)).flatMap(AccountDelivery::trouble);
    }

    /** Returns when this node last sent something for the ad account, by the monotonic clock; empty if it never did. */
    Optional<Long> lastTriedNanos(String adAccountId) {
        return Optional.ofNullable(deliveries.get(adAccountId)).map(AccountDelivery::lastTriedNanos);
    }

    /** Returns whether a token or an answer is awaited. For the thread of {@link #run}. */
    boolean isBusy() {
        return deliveries.values().stream().anyMatch(account -> !account.isIdle());
    }

    /** Returns whether the last lookup did not find the ad account. */
    boolean isUnknown(String adAccountId) {
        return lookup.isUnknown(adAccountId);
    }

    Discovery.Snapshot lastDiscovery() {
        return discovery.last();
    }

    /** Returns when {@link #run} last started, by the monotonic clock. */
    long lastRunNanos() {
        return lastRunNanos;
    }
}
