// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.outbox.DueAccount;
import dev.epik.capi.outbox.Outbox;
import dev.epik.capi.pinterest.AdAccount;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * Decides which ad account does something when, for all ad accounts of one client: a queue by due time, a bounded number of requests in
 * flight, and the search for events that other processes stored. What one ad account does is {@link AccountDelivery}'s.
 *
 * <p>It has no thread: {@link #run} is called by one thread at a time, {@link DeliveryThread} or a test. {@link #wake}, {@link #tryNow},
 * {@link #post}, {@link #drain} and the methods that only read are thread-safe.
 *
 * <p><b>In a crash</b> nothing is lost: what it knows beside the outbox only makes it faster.
 */
final class DeliveryEngine {
    private static final Logger LOG = System.getLogger(DeliveryEngine.class.getName());

    /** Events that another process stored, or left claimed, are found this soon. */
    static final Duration DISCOVERY_IDLE = Duration.ofSeconds(60);

    static final Duration DISCOVERY_ACTIVE = Duration.ofSeconds(2);
    private static final Duration ACTIVE_FOR = Duration.ofMinutes(10);
    private static final Duration FORGET_IDLE_ACCOUNT = Duration.ofHours(25);
    private static final Duration STORE_RETRY = Duration.ofSeconds(1);
    private static final int MAX_STORE_RETRY_SECONDS = 8;

    /** A clock that is corrected by less is as good as one that goes right. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(1);

    /** So that a queue that is always due cannot keep {@link #run} from returning. */
    private static final int MAX_STEPS = 10_000;

    /** With several ad accounts the same advice comes to each. All of it goes to the {@link DeliveryListener}. */
    private static final LogOnce WARNINGS = new LogOnce(20);

    private record Due(AccountDelivery account, long nanos, long ticket) {}

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
    private final PriorityQueue<Due> queue = new PriorityQueue<>((a, b) -> {
        int order = Long.compare(a.nanos - b.nanos, 0);
        return order == 0 ? Long.compare(a.ticket, b.ticket) : order;
    });
    private final AccountLookup lookup;
    private final RequestSlots slots;
    private final BooksMonitor books = new BooksMonitor();
    private final Housekeeping housekeeping;
    private long tickets;
    private long wallNanos;
    private Instant wall;
    private int clockSettings;
    private long nextDiscovery;
    private long activeUntil;
    private long nextHousekeeping;
    private long storeRetryAt;
    private int storeFailures;
    private boolean discoveryFailed;
    private volatile boolean draining;
    private volatile boolean drained;

    /** Calls of {@link #drain}, and the last one that {@link #run} has seen. */
    private final AtomicInteger drainRequests = new AtomicInteger();

    private volatile int drainSeen;
    private volatile DueSnapshot due;
    private volatile long lastRunNanos;

    /** What the last discovery found. */
    record DueSnapshot(List<DueAccount> accounts, long nanos) {}

    /**
     * @param random of jitter, the only thing that is random
     * @param wakeUp called by any thread, when {@link #run} has something to do before the time that it returned
     */
    DeliveryEngine(
            Outbox outbox,
            EventsApi api,
            Tokens tokens,
            AdAccountSource accounts,
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
        long now = time.nanos();
        this.wallNanos = now;
        this.wall = time.wall();
        this.nextDiscovery = now;
        this.nextHousekeeping = now;
        this.activeUntil = now;
        this.storeRetryAt = now;
        this.lastRunNanos = now;
        this.due = new DueSnapshot(List.of(), now);
    }

    /**
     * Does all that is due. Called by one thread at a time. Contains whatever Throwable the store, the token sources, the listener or this
     * code throws.
     *
     * @return the nanoseconds until it has something to do again, unless it is woken up before
     */
    long run() {
        lastRunNanos = time.nanos();
        takePosted();
        if (storeIsUp()) {
            discover();
            keepHouse();
        }
        for (int i = 0; i < MAX_STEPS; i++) {
            takePosted(); // a call of the store may have taken long
            if (!storeIsUp() || !stepNext()) {
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
                && storeIsUp()
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
        Due next = queue.peek();
        if (next == null || next.nanos - time.nanos() > 0) {
            return false;
        }
        queue.remove();
        AccountDelivery account = next.account;
        if (!account.scheduled || account.dueTicket != next.ticket) {
            return true; // scheduled anew since
        }
        account.scheduled = false;
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
        account.dueNanos = time.nanos() + delay.toNanos();
        account.dueTicket = ++tickets;
        account.scheduled = true;
        queue.add(new Due(account, account.dueNanos, account.dueTicket));
    }

    private long nanosToNext() {
        if (!posted.isEmpty() || !woken.isEmpty()) {
            return 0;
        }
        long now = time.nanos();
        long next = Math.min(nextDiscovery - now, nextHousekeeping - now);
        while (!queue.isEmpty()
                && (!queue.peek().account.scheduled || queue.peek().account.dueTicket != queue.peek().ticket)) {
            queue.remove();
        }
        if (!queue.isEmpty()) {
            next = Math.min(next, queue.peek().nanos - now);
        }
        return Math.max(0, Math.max(next, storeRetryAt - now));
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

    private boolean storeIsUp() {
        return time.nanos() - storeRetryAt >= 0;
    }

    /** All ad accounts wait a little when the store fails: what fails for one fails for all. */
    void onStoreFailure(StoreFailure e) {
        if (storeFailures++ == 0) {
            LOG.log(Level.ERROR, "The outbox failed, delivery tries again: {0}", e.getMessage());
        }
        long seconds = Math.min(MAX_STORE_RETRY_SECONDS, 1L << Math.min(storeFailures - 1, 10));
        storeRetryAt = time.nanos() + Duration.ofSeconds(seconds).toNanos();
    }

    private void storeWorks() {
        if (storeFailures > 0 && storeIsUp() && !discoveryFailed) {
            storeFailures = 0;
            LOG.log(Level.INFO, "The outbox works again, delivery goes on");
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

    private void discover() {
        long now = time.nanos();
        if (nextDiscovery - now > 0) {
            return;
        }
        List<DueAccount> accounts;
        try {
            accounts = StoreFailure.guard(outbox::dueAccounts);
        } catch (StoreFailure e) {
            onStoreFailure(e);
            discoveryFailed = true;
            return;
        }
        if (discoveryFailed) {
            discoveryFailed = false;
            storeWorks();
        }
        due = new DueSnapshot(accounts, now);
        boolean found = false;
        for (DueAccount each : accounts) {
            found |= found(each, now);
        }
        if (found) {
            activeUntil = now + ACTIVE_FOR.toNanos();
        }
        Duration next = activeUntil - now > 0 ? DISCOVERY_ACTIVE : DISCOVERY_IDLE;
        nextDiscovery = time.nanos() + next.toNanos();
    }

    /** Schedules the ad account no later than its events are due; returns whether that was news. */
    private boolean found(DueAccount each, long now) {
        if (lookup.isRemembered(each.adAccount())) {
            return false;
        }
        AccountDelivery account = delivery(each.adAccount());
        if (!account.isIdle() || slots.isWaiting(account) || account.waitsForLockedRows()) {
            return false;
        }
        Optional<Instant> first = each.readyAt();
        if (each.suspectAt().isPresent()
                && (first.isEmpty() || each.suspectAt().get().isBefore(first.get()))) {
            first = each.suspectAt();
        }
        Duration delay = first.map(at -> Duration.between(each.now(), at)).orElse(DISCOVERY_IDLE);
        if (each.pause().isPresent()) {
            delay = each.pause().get().left();
        }
        delay = delay.isNegative() ? Duration.ZERO : delay;
        if (account.scheduled && account.dueNanos - now <= delay.toNanos()) {
            return false;
        }
        schedule(account, delay);
        return delay.isZero();
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

    /** What lowers the match of one event mostly does so for all: a line for each would fill the log. */
    void logWarningOnce(String warning) {
        if (!warning.isEmpty() && WARNINGS.firstTime(warning)) {
            LOG.log(Level.WARNING, "Pinterest accepts events and warns (logged once): {0}", warning);
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
            nextDiscovery = time.nanos();
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

    /** Gives back what is claimed. Called by the thread of {@link #run}, as the last thing. */
    void close() {
        for (AccountDelivery account : deliveries.values()) {
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

    DueSnapshot lastDiscovery() {
        return due;
    }

    /** Returns when {@link #run} was last begun, by the monotonic clock. */
    long lastRunNanos() {
        return lastRunNanos;
    }
}
