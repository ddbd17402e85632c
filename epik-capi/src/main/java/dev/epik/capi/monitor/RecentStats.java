// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.monitor;

import dev.epik.capi.DeliveryStats;
import dev.epik.capi.opening.RetriedOpening;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The latest statistics of the outbox, for callers that must not wait for a database, such as a metrics scrape. A read
 * that finds them old starts a thread that reads the outbox once. Without reads nothing is queried. Thread-safe.
 */
public final class RecentStats {
    /** Statistics that are younger are not read again. */
    static final Duration MAX_AGE = Duration.ofSeconds(10);

    /** A read that takes longer counts as failed, such as one of a database that hangs. */
    static final Duration MAX_READ = Duration.ofSeconds(30);

    /** Reading takes at most this part of the time, so that a slow database is not loaded by it, unless it fails. */
    private static final int MIN_PAUSE_PER_READ = 20;

    private static final String HANGS = "The outbox has not answered for over " + MAX_READ.toSeconds()
            + " s: check that its database or server runs and can be reached";

    private static final long NOT_READING = Long.MIN_VALUE;

    private final Supplier<DeliveryStats> source;
    private final Consumer<DeliveryStats> first;
    private final LongSupplier nanos;

    /** When the read that is under way has begun. */
    private final AtomicLong readingSince = new AtomicLong(NOT_READING);

    private volatile @Nullable DeliveryStats latest;

    /** Why the last read failed; empty if it did not. */
    private volatile String failure = "";

    private volatile long dueAt;
    private volatile @Nullable Thread reader;
    private volatile boolean isClosed;
    private boolean hasRead;

    /**
     * @param source reads the outbox; it may wait and fail
     * @param first receives the first statistics that could be read
     * @param nanos the monotonic clock
     */
    public RecentStats(Supplier<DeliveryStats> source, Consumer<DeliveryStats> first, LongSupplier nanos) {
        this.source = source;
        this.first = first;
        this.nanos = nanos;
        this.dueAt = nanos.getAsLong();
    }

    /** Returns the latest statistics; empty before the first read has ended, and after a read that failed or hangs. */
    public Optional<DeliveryStats> get() {
        long now = nanos.getAsLong();
        if (!isClosed && now - dueAt >= 0 && readingSince.compareAndSet(NOT_READING, now)) {
            start();
        }
        return hangs(now) ? Optional.empty() : Optional.ofNullable(latest);
    }

    /** Returns why the last read failed or hangs, for people; empty if it succeeded, and before it has ended. */
    public Optional<String> failure() {
        if (hangs(nanos.getAsLong())) {
            return Optional.of(HANGS);
        }
        return Optional.of(failure).filter(text -> !text.isEmpty());
    }

    private boolean hangs(long now) {
        long since = readingSince.get();
        return since != NOT_READING && now - since > MAX_READ.toNanos();
    }

    private void start() {
        try {
            Thread thread = new Thread(this::read, "epik-stats");
            thread.setDaemon(true);
            reader = thread;
            thread.start();
        } catch (Throwable e) { // no thread can be created now
            readingSince.set(NOT_READING);
        }
    }

    private void read() {
        long begun = nanos.getAsLong();
        try {
            DeliveryStats read = readOrNull();
            if (read != null && !hasRead) {
                hasRead = true;
                first.accept(read);
            }
            long now = nanos.getAsLong();
            long pause = read == null ? 0 : MIN_PAUSE_PER_READ * (now - begun);
            dueAt = now + Math.max(MAX_AGE.toNanos(), pause);
            latest = read;
        } finally {
            readingSince.set(NOT_READING);
        }
    }

    /** Reads no more, and waits for a read that is under way, for at most this long. */
    public void close(Duration limit) {
        isClosed = true;
        Thread last = reader;
        if (last == null) {
            return;
        }
        try {
            last.join(limit.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable DeliveryStats readOrNull() {
        try {
            DeliveryStats read = source.get();
            failure = "";
            return read;
        } catch (Throwable e) { // also logged by delivery, if this process delivers
            failure = RetriedOpening.reason(e);
            return null;
        }
    }
}
