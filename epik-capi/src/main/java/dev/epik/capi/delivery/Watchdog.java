// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.outbox.spi.DueAccount;
import dev.epik.capi.outbox.spi.Outbox;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Watches delivery from its own thread. It replaces a delivery thread that has ended, and logs an ERROR about due
 * events that are not tried. It reads the outbox only if the engine has not read it for minutes. Thread-safe.
 */
final class Watchdog {
    private static final Logger LOG = System.getLogger(Watchdog.class.getName());

    /** The time between two checks. */
    static final Duration INTERVAL = Duration.ofSeconds(30);

    /** The engine runs discovery at least once a minute. It is stuck if it has not run for this long. */
    private static final Duration ENGINE_IS_STUCK = Duration.ofSeconds(150);

    private final Outbox outbox;
    private final DeliveryEngine engine;
    private final DeliveryThread delivery;
    private final Runnable alsoChecks;
    private final Time time;
    private final OverdueMonitor monitor = new OverdueMonitor();
    private final AtomicInteger replaced = new AtomicInteger();
    private volatile Map<String, Duration> overdue = Map.of();
    private volatile Thread thread = new Thread(() -> {});
    private volatile boolean closing;
    private boolean stuck;

    /** @param alsoChecks is run with each check; it must not wait */
    Watchdog(Outbox outbox, DeliveryEngine engine, DeliveryThread delivery, Runnable alsoChecks, Time time) {
        this.outbox = outbox;
        this.engine = engine;
        this.delivery = delivery;
        this.alsoChecks = alsoChecks;
        this.time = time;
    }

    synchronized void start() {
        Thread next = new Thread(this::run, "epik-watchdog");
        next.setDaemon(true);
        thread = next;
        next.start();
    }

    /** Replaces the watchdog's own thread if it has ended. */
    synchronized void ensureAlive() {
        if (!closing && !thread.isAlive()) {
            replaced.incrementAndGet();
            start();
        }
    }

    int replaced() {
        return replaced.get();
    }

    /** Returns how long due events of this ad account were not tried, if that is too long. */
    Optional<Duration> overdue(String adAccountId) {
        return Optional.ofNullable(overdue.get(adAccountId));
    }

    private void run() {
        while (!closing) {
            try {
                check();
            } catch (Throwable e) { // the thread must live, and logging needs memory
                overdue = overdue.isEmpty() ? Map.of() : overdue;
            }
            LockSupport.parkNanos(this, INTERVAL.toNanos());
            Thread.interrupted(); // an interrupt has no meaning here
        }
    }

    /** Checks once. */
    void check() {
        delivery.ensureAlive();
        reportStuckEngine();
        alsoChecks.run();
        Discovery.Snapshot due = engine.lastDiscovery();
        List<DueAccount> accounts = due.accounts();
        long nanos = due.nanos();
        if (isOld(nanos)) {
            nanos = time.nanos();
            accounts = outbox.dueAccounts();
        }
        Map<String, Duration> found = new HashMap<>(monitor.check(accounts, nanos, engine::lastTriedNanos));
        found.keySet().removeIf(engine::isUnknown); // AccountLookup logs these
        report(found);
        overdue = Map.copyOf(found);
    }

    private void reportStuckEngine() {
        if (!isOld(engine.lastRunNanos())) {
            stuck = false;
        } else if (!stuck) {
            stuck = true;
            LOG.log(
                    Level.ERROR,
                    "The delivery thread has been busy for over {0} s, at {1}: does the outbox hang?",
                    ENGINE_IS_STUCK.toSeconds(),
                    delivery.position());
        }
    }

    private boolean isOld(long nanos) {
        return time.nanos() - nanos > ENGINE_IS_STUCK.toNanos();
    }

    private void report(Map<String, Duration> found) {
        found.forEach((account, age) -> {
            if (!overdue.containsKey(account)) {
                LOG.log(
                        Level.ERROR,
                        "Events of ad account {0} have been due for {1} min and no node sends them. See the log above, and"
                                + " restart the application if it does not go on",
                        account,
                        age.toMinutes());
            }
        });
        overdue.keySet().stream()
                .filter(account -> !found.containsKey(account))
                .forEach(account -> LOG.log(Level.INFO, "Events of ad account {0} are sent again", account));
    }

    void close() {
        closing = true;
        LockSupport.unpark(thread);
    }

    /** Waits for its thread to end. */
    void join(Duration limit) throws InterruptedException {
        thread.join(limit.toMillis());
    }
}
