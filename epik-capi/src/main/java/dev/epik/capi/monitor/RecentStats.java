// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.monitor;

import dev.epik.capi.DeliveryStats;
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

    private static final long NOT_READING = Long.MIN_VALUE;

    private final Supplier<DeliveryStats> source;
    private final Consumer<DeliveryStats> first;
    private final LongSupplier nanos;

    /** When the read that is under way has begun. */
    private final AtomicLong readingSince = new AtomicLong(NOT_READING);

    private volatile @Nullable DeliveryStats latest;
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
        long since = readingSince.get();
        boolean hangs = since != NOT_READING && now - since > MAX_READ.toNanos();
        return hangs ? Optional.empty() : Optional.ofNullable(latest);
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
            return source.get();
        } catch (Throwable ignored) { // the log of delivery names the failure of the outbox
            return null;
        }
    }
}
