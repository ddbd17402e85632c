// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.monitor;

import dev.epik.capi.EpikClient;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.SubmitResult;
import dev.epik.capi.delivery.DeliveryMonitor;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.failure.ContainedLog;
import dev.epik.capi.pinterest.Reply;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts what one client does, and warns once if no event was accepted for too long, or if the share of events with a
 * click id has fallen. Does no I/O. Thread-safe.
 */
public final class ClientMonitor implements DeliveryMonitor {
    /** Named after the class that shops know, so that their log settings hold for it. */
    private static final Logger LOG = System.getLogger(EpikClient.class.getName());

    private final ClientCounters counters;
    private final ClickIdCoverage coverage = new ClickIdCoverage();
    private final Silence silence;
    private final boolean warns;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Set<String> refusedAccounts = ConcurrentHashMap.newKeySet();
    private volatile boolean isStorageFailing;
    private volatile @Nullable Instant lastAccepted;
    private long coveredEvents;
    private long coveredWithClickId;
    private boolean warnedOfSilence;
    private boolean warnedOfCoverage;

    /**
     * @param silence how long no event may be accepted until a warning; null: no warnings, neither of silence nor of
     *     coverage
     * @param nanos the monotonic clock
     */
    public ClientMonitor(
            Function<String, String> nameOfAccount, @Nullable Duration silence, Clock clock, LongSupplier nanos) {
        this.counters = new ClientCounters(nameOfAccount);
        this.silence = new Silence(silence);
        this.warns = silence != null;
        this.clock = clock;
        this.nanos = nanos;
    }

    /** Reports the result of a submit. */
    public void submitted(String account, @Nullable ConversionEvent event, SubmitResult result) {
        counters.submitted(account, event, result);
    }

    /** Reports whether the outbox has stored an event, or failed to. */
    public void storing(boolean succeeded) {
        if (isStorageFailing == succeeded) { // a write for each submit would slow down the others
            isStorageFailing = !succeeded;
        }
    }

    @Override
    public void accountRefused(String adAccount, boolean isRefused) {
        if (isRefused) {
            refusedAccounts.add(adAccount);
        } else {
            refusedAccounts.remove(adAccount);
        }
    }

    @Override
    public void settled(StoredEvent event, Outcome outcome) {
        counters.settled(event, outcome);
        if (outcome instanceof Outcome.Accepted) {
            lastAccepted = clock.instant();
            silence.accepted(nanos.getAsLong());
        }
    }

    @Override
    public void answered(Reply reply, Duration time) {
        counters.answered(reply, time);
    }

    /** Returns all counters that exist now. */
    public List<EpikClient.Counter> counters() {
        return counters.all();
    }

    /** Returns how many events were submitted, by result. */
    public SubmitResult.Counts submitCounts() {
        return counters.submitCounts();
    }

    /** Returns what is known about the last hours. */
    public EpikClient.Activity activity() {
        long now = updateCoverage();
        return new EpikClient.Activity(
                Optional.ofNullable(lastAccepted),
                silence.tooLong(nanos.getAsLong()),
                coverage.recent(now),
                coverage.week(now),
                coverage.hasFallen(now),
                isStorageFailing,
                !refusedAccounts.isEmpty());
    }

    @Override
    public synchronized void check() {
        long now = updateCoverage();
        if (!warns) {
            return;
        }
        Optional<Duration> silent = silence.tooLong(nanos.getAsLong());
        if (silent.isPresent() && !warnedOfSilence) {
            ContainedLog.log(
                    LOG,
                    Level.WARNING,
                    "No event was accepted for {0} min. Does the shop still submit events, and is delivery paused? See"
                            + " submitCounts() and totalStats()",
                    silent.get().toMinutes());
        }
        warnedOfSilence = silent.isPresent();
        boolean hasFallen = coverage.hasFallen(now);
        if (hasFallen && !warnedOfCoverage) {
            ContainedLog.log(
                    LOG,
                    Level.WARNING,
                    "{0} of the web events of the last {1} hours have a click id, after {2} in the last 7 days. Does the"
                            + " filter or the script still run on the landing pages, and did the consent banner change?",
                    percent(coverage.recent(now)),
                    ClickIdCoverage.RECENT.toHours(),
                    percent(coverage.week(now)));
        }
        warnedOfCoverage = hasFallen;
    }

    /** Adds the events that were stored since the last call to the present hour. Returns the present. */
    private synchronized long updateCoverage() {
        long now = clock.millis();
        long events = counters.webEvents();
        long withClickId = counters.webEventsWithClickId();
        coverage.count(events - coveredEvents, withClickId - coveredWithClickId, now);
        coveredEvents = events;
        coveredWithClickId = withClickId;
        return now;
    }

    private static String percent(OptionalDouble share) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share.orElse(0));
    }
}
