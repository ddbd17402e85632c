// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.encryption;

import dev.epik.capi.failure.ContainedLog;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.PayloadKeys;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the keys that {@link PayloadKeys} have supplied, and asks for others. Each question has a daemon thread of its
 * own, "epik-payload-keys", and there is at most one for a key, so that a key service that hangs holds up no caller for
 * longer than the caller waits. Thread-safe.
 */
public final class KeyRing implements AutoCloseable {
    private static final Logger LOG = System.getLogger(KeyRing.class.getName());

    /** How long the current key is used before it is asked for again. */
    static final Duration CURRENT_AGE = Duration.ofMinutes(5);

    /** How long a failure of the current key is returned to callers before it is asked for again. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** The same while there is a key from before, and for keys that are looked up by id. */
    private static final Duration RETRY_LATER = Duration.ofSeconds(30);

    /** Ids come from rows that another program may have written. */
    private static final int MAX_IDS = 1000;

    private final PayloadKeys keys;
    private final LongSupplier nanos;
    private final Map<String, KeyRequest> byId = new HashMap<>();
    private @Nullable KeyRequest currentRequest;
    private @Nullable CipherKey current;
    private boolean hasWarned;
    private boolean isClosed;

    public KeyRing(PayloadKeys keys, LongSupplier nanos) {
        this.keys = keys;
        this.nanos = nanos;
    }

    /** The result of {@link #find}. */
    sealed interface Lookup {
        record Found(CipherKey key) implements Lookup {}

        /** There is no key of this id. */
        record Missing() implements Lookup {}

        /**
         * Whether there is one is not known.
         *
         * @param reason why, such as the class of the exception; empty if there is no answer yet
         */
        record Unknown(String reason) implements Lookup {}
    }

    /**
     * Returns the key for new events. Waits only if there was none yet.
     *
     * @throws OutboxException if it cannot be had within this time
     */
    CipherKey current(Duration wait) {
        KeyRequest request;
        synchronized (this) {
            CipherKey known = current;
            request = requestCurrent();
            if (known != null) {
                return known;
            }
        }
        request.await(wait);
        CipherKey key = request.key();
        if (key == null) {
            throw new OutboxException("The key that events are encrypted with cannot be had ("
                    + (request.isDone() ? request.failure() : "no answer within " + wait.toMillis() + " ms")
                    + "), and nothing is stored in clear: check the PayloadKeys of the client");
        }
        return key;
    }

    /** Asks for the current key if it is not known or is too old. */
    synchronized KeyRequest requestCurrent() {
        KeyRequest last = currentRequest;
        if (last != null && !last.isOlderThan(maxAge(last), nanos.getAsLong())) {
            return last;
        }
        KeyRequest next = start(() -> Optional.of(keys.current()), this::onCurrent);
        currentRequest = next;
        return next;
    }

    private Duration maxAge(KeyRequest last) {
        if (last.key() != null) {
            return CURRENT_AGE;
        }
        return current == null ? RETRY : RETRY_LATER;
    }

    private synchronized void onCurrent(KeyRequest request) {
        CipherKey key = request.key();
        if (key != null) {
            current = key;
            hasWarned = false;
            byId.put(key.id, request);
        } else if (!hasWarned && !isClosed) {
            hasWarned = true;
            ContainedLog.log(
                    LOG,
                    Level.WARNING,
                    "The current payload key cannot be had ({0}). Until it can, {1}. Check the PayloadKeys of the client",
                    request.failure(),
                    current == null ? "no event is stored" : "events are encrypted with the last one");
        }
    }

    /** Returns the key of this id, and waits for it no longer than this. */
    Lookup find(String id, Duration wait) {
        KeyRequest request;
        synchronized (this) {
            KeyRequest last = byId.get(id);
            if (last == null && byId.size() >= MAX_IDS) {
                return new Lookup.Missing();
            }
            if (last != null && (last.key() != null || !last.isOlderThan(RETRY_LATER, nanos.getAsLong()))) {
                request = last;
            } else {
                request = start(() -> keys.find(id), done -> {});
                byId.put(id, request);
            }
        }
        request.await(wait);
        CipherKey key = request.key();
        if (key != null) {
            return new Lookup.Found(key);
        }
        return request.isMissing() ? new Lookup.Missing() : new Lookup.Unknown(request.failure());
    }

    private KeyRequest start(Callable<Optional<PayloadKeys.Key>> question, KeyRequest.Listener listener) {
        KeyRequest request = new KeyRequest(question, listener, nanos);
        if (isClosed) {
            request.fail("the client is closed");
        } else {
            request.start();
        }
        return request;
    }

    /** Interrupts the questions that are open. */
    @Override
    public synchronized void close() {
        isClosed = true;
        if (currentRequest != null) {
            currentRequest.cancel();
        }
        byId.values().forEach(KeyRequest::cancel);
    }
}
