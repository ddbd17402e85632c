// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.AdAccount;
import dev.epik.capi.outbox.spi.Outbox;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * Decides which ad account does something when, for all ad accounts of one client: a queue by due time, a bounded
 * number of requests in flight, and the search for events that other processes stored. What one ad account does is
 * {@link AccountDelivery}'s.
 *
 * <p>It has no thread: {@link #run} is called by one thread at a time, {@link DeliveryThread} or a test. {@link #wake},
 * {@link #tryNow}, {@link #post}, {@link #drain} and the methods that only read are thread-safe.
 *
 * <p><b>In a crash</b> nothing is lost: what it knows beside the outbox only makes it faster.
 */
final class DeliveryEngine {
    private static final Logger LOG = System.getLogger(DeliveryEngine.class.getName());

    private static final Duration FORGET_IDLE_ACCOUNT = Duration.ofHours(25);
    private static final Duration STORE_RETRY = Duration.ofSeconds(1);

    /** A clock that is corrected by less is as good as one that goes right. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(1);

    /** So that a queue that is always due cannot keep {@link #run} from returning. */
    private static final int MAX_STEPS = 10_000;

    final Outbox outbox;
    final EventsApi api;
    final Tokens tokens;
    final DeliveryOptions options;
    final Time time;
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
    private long wallNanos;
    private Instant wall;
    private int clockSettings;
    private long nextHousekeeping;
    private volatile boolean draining;
    private volatile boolean drained;

    /** Calls of {@link #drain}, and the last one that {@link #run} has seen. */
    private final AtomicInteger drainRequests = new AtomicInteger();

    private volatile int drainSeen;
    private volatile long lastRunNanos;

    /**
     * @param random of jitter, the only thing that is random
     * @param wakeUp called by any thread, when {@link #run} has something to do before the time that it returned
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
        this.random = random;
        this.wakeUp = wakeUp;
        this.lookup = new AccountLookup(accounts, time);
        this.slots = new RequestSlots(options.maxInFlight());
        this.housekeeping = new Housekeeping(outbox, options, books);
        this.store = new StoreRetry(time);
        this.discovery = new Discovery(this);
        this.listener = new OutcomeListener(options.listener());
        this.preparation = new SendPreparation(this);
        long now = time.nanos();
        this.wallNanos = now;
        this.wall = time.wall();
        this.nextHousekeeping = now;
        this.lastRunNanos = now;
    }

    /**
     * Does all that is due. Called by one thread at a time. Contains whatever Throwable the store, the token sources,
     * the listener or this code throws.
     *
     * @return the nanoseconds until it has something to do again, unless it is woken up before
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
        if (draining) {
            drained = isEverythingQuiet();
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
        } catch (Throwable e) { // whatever it is: what it was about is tried again when its lease ends
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
                schedule(account, Duration.ZERO); // the queue stands still until the store is tried again
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

    /** Makes the ad account's next step due after this delay, whatever was scheduled before. */
    void schedule(AccountDelivery account, Duration delay) {
        queue.schedule(account, time.nanos(), delay);
    }

    private long nanosToNext() {
        if (!posted.isEmpty() || !woken.isEmpty()) {
            return 0;
        }
        long now = time.nanos();
        long next = Math.min(discovery.next() - now, nextHousekeeping - now);
        OptionalLong step = queue.nextNanos();
        if (step.isPresent()) {
            next = Math.min(next, step.getAsLong() - now);
        }
        return Math.max(0, Math.max(next, store.retryAt() - now));
    }

    /** Returns the wall clock's time, and notices if it was set since it was read last. */
    Instant wall() {
        long nanos = time.nanos();
        Instant now = time.wall();
        Duration set = Duration.between(wall.plusNanos(nanos - wallNanos), now).abs();
        if (set.compareTo(CLOCK_TOLERANCE) > 0) {
            clockSettings++;
        }
        wallNanos = nanos;
        wall = now;
        return now;
    }

    /** Returns how often the wall clock was set, as far as was noticed. */
    int clockSettings() {
        return clockSettings;
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

    /** Returns the ad account that discovery found, unless it is unknown, or does or awaits something already. */
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
        long now = time.nanos();
        if (nextHousekeeping - now > 0) {
            return;
        }
        nextHousekeeping = now + Housekeeping.INTERVAL.toNanos();
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

    /** Reports that this number of events was stored. Never waits. */
    void wake(String adAccountId, int events) {
        AccountDelivery account = delivery(adAccountId);
        if (account.stored(events)) {
            drained = false;
            woken.add(account);
            wakeUp.run();
        }
    }

    /** Runs this on the thread of {@link #run}. */
    void post(Runnable work) {
        posted.add(work);
        wakeUp.run();
    }

    /** Runs this on the thread of {@link #run} when the future is done, however that is. */
    void whenDone(CompletableFuture<?> future, Runnable work) {
        var unused = future.whenComplete((result, e) -> post(work));
    }

    /** Looks at the ad account at once, whatever it waits for. */
    void tryNow(String adAccountId) {
        post(() -> {
            lookup.forget(adAccountId);
            delivery(adAccountId).tryNow();
        });
    }

    /** Sends what is ready without waiting for the linger time, from the next {@link #run} on. */
    void drain() {
        int request = drainRequests.incrementAndGet();
        post(() -> {
            draining = true;
            drained = false;
            drainSeen = Math.max(drainSeen, request); // calls of several threads may come in any order
            discovery.hasten();
            new ArrayList<>(deliveries.values()).forEach(this::scheduleNow);
        });
    }

    boolean isDraining() {
        return draining;
    }

    /** Returns whether, while draining, nothing is ready and nothing is in flight. */
    boolean isDrained() {
        return drained && drainSeen == drainRequests.get();
    }

    /**
     * Takes the answers that have come, and gives back what is claimed. Called by the thread of {@link #run}, as the
     * last thing.
     */
    void close() {
        for (AccountDelivery account : deliveries.values()) {
            takePosted();
            contain(account::close);
        }
    }

    /** Returns the events that Pinterest took since the start of this process. */
    long accepted(String adAccountId) {
        AccountDelivery account = deliveries.get(adAccountId);
        return account == null ? 0 : account.accepted();
    }

    /** Returns by how many events the books of an ad account did not balance at the last check; 0 if they did. */
    long booksDifference(String adAccountId) {
        return books.difference(adAccountId);
    }

    /** Returns the trouble of an ad account; empty while it has no trouble. */
    String trouble(String adAccountId) {
        AccountDelivery account = deliveries.get(adAccountId);
        return account == null ? "" : account.trouble();
    }

    /** Returns when this node last sent something for the ad account, by the monotonic clock; empty if it never did. */
    Optional<Long> lastTriedNanos(String adAccountId) {
        return Optional.ofNullable(deliveries.get(adAccountId)).map(AccountDelivery::lastTriedNanos);
    }

    /** Returns whether a token or an answer is awaited. For the thread of {@link #run}. */
    boolean isBusy() {
        return deliveries.values().stream().anyMatch(account -> !account.isIdle());
    }

    /** Returns whether there is no such ad account, as far as is remembered. */
    boolean isUnknown(String adAccountId) {
        return lookup.isUnknown(adAccountId);
    }

    Discovery.Snapshot lastDiscovery() {
        return discovery.last();
    }

    /** Returns when {@link #run} was last begun, by the monotonic clock. */
    long lastRunNanos() {
        return lastRunNanos;
    }
}
