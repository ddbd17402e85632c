// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spi;

import dev.epik.capi.opening.RetriedOpening;
import java.lang.System.Logger;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Opens a store, and tries again until that succeeds. Connects and closes what it has opened. Thread-safe. */
final class RetriedStoreOpening<S extends EventStore> {
    private record Connected(Duration submitTimeout, ObjIntConsumer<String> moved) {}

    private final Callable<? extends S> opener;
    private final RetriedOpening<Supplier<S>> opening;
    private final Object lock = new Object();

    // Both are guarded by the lock.
    private @Nullable S opened;
    private @Nullable Connected connected;

    RetriedStoreOpening(Logger log, Callable<? extends S> opener) {
        this.opener = opener;
        this.opening = new RetriedOpening<>(
                log,
                this::attempt,
                this::closeOpened,
                RetriedStoreOpening::unavailable,
                time -> Thread.sleep(time.toMillis()));
    }

    private static <S> Supplier<S> unavailable(String reason) {
        return () -> {
            throw new OutboxException(reason);
        };
    }

    /** Makes the first attempt in this thread. Never throws. */
    void start() {
        opening.start();
    }

    private Supplier<S> attempt() throws Exception {
        S store = opener.call();
        synchronized (lock) {
            opened = store;
            if (connected != null) {
                store.connect(connected.submitTimeout(), connected.moved());
            }
        }
        return () -> store;
    }

    /**
     * Returns the store.
     *
     * @throws OutboxException with the reason if it is not open
     */
    S get() {
        return opening.current().get();
    }

    /** Returns the store; null if it is not open. */
    @Nullable
    S openOrNull() {
        synchronized (lock) {
            return opened;
        }
    }

    void connect(Duration submitTimeout, ObjIntConsumer<String> moved) {
        synchronized (lock) {
            connected = new Connected(submitTimeout, moved);
            if (opened != null) {
                opened.connect(submitTimeout, moved);
            }
        }
    }

    /** Passes the note on if the store is open. Never throws, as {@link EventStore#committed} does not. */
    void committed(String adAccount, int events) {
        S store = openOrNull();
        if (store != null) {
            store.committed(adAccount, events);
        }
    }

    /** Ends the attempts, and closes the store if it is open. */
    void close() {
        opening.stop();
        closeOpened();
    }

    private void closeOpened() {
        S store;
        synchronized (lock) {
            store = opened;
            opened = null;
        }
        if (store != null) {
            store.close();
        }
    }
}
