// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.encryption;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.failure.ContainedLog;
import dev.epik.capi.outbox.encryption.KeyRing.Lookup;
import dev.epik.capi.outbox.encryption.PayloadCodec.Decrypted;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Decrypts stored events with the keys of a ring, and logs once for each key that is missing. Thread-safe. */
final class PayloadReader {
    private static final Logger LOG = System.getLogger(PayloadReader.class.getName());

    /** How long an event waits whose key is missing, unknown because the keys fail, or not there yet. */
    private static final Duration MISSING = Duration.ofMinutes(10);

    private static final Duration FAILING = Duration.ofMinutes(1);
    private static final Duration PENDING = Duration.ofSeconds(2);
    private static final int MAX_LOGGED = 100;

    /** Null if the client has no keys. */
    private final @Nullable KeyRing keys;

    private final Set<String> logged = new HashSet<>();

    PayloadReader(@Nullable KeyRing keys) {
        this.keys = keys;
    }

    /** The result of {@link #read}. */
    sealed interface Reading {
        record Plain(StoredEvent event) implements Reading {}

        /** The key cannot be had now. */
        record NoKey(String reason, Duration retryDelay) implements Reading {}

        /** No key will ever decrypt it. */
        record Changed(String reason) implements Reading {}
    }

    /** Waits until the keys of these events are known, for no longer than this in all. */
    void awaitKeys(Collection<StoredEvent> events, Duration max) {
        KeyRing ring = keys;
        if (ring != null) {
            Set<String> ids = events.stream()
                    .flatMap(event -> PayloadCodec.keyId(event.json()).stream())
                    .collect(Collectors.toSet());
            long end = System.nanoTime() + max.toNanos();
            ids.forEach(id -> ring.find(id, Duration.ofNanos(Math.max(0, end - System.nanoTime()))));
        }
    }

    /** Reads an event. Does not wait: a key that is not there yet is asked for. */
    Reading read(StoredEvent event) {
        if (!PayloadCodec.isEncrypted(event.json())) {
            return new Reading.Plain(event);
        }
        Optional<String> id = PayloadCodec.keyId(event.json());
        if (id.isEmpty()) {
            return changed(event);
        }
        if (keys == null) {
            return noKey(id.get(), "the client has no PayloadKeys", MISSING);
        }
        Lookup found = keys.find(id.get(), Duration.ZERO);
        if (found instanceof Lookup.Unknown unknown) {
            return unknown.reason().isEmpty()
                    ? new Reading.NoKey("The payload key " + id.get() + " is being asked for", PENDING)
                    : noKey(id.get(), "the PayloadKeys fail (" + unknown.reason() + ")", FAILING);
        }
        if (!(found instanceof Lookup.Found with)) {
            return noKey(id.get(), "the PayloadKeys have no such key", MISSING);
        }
        Decrypted decrypted = PayloadCodec.decrypt(event, with.key());
        if (decrypted instanceof Decrypted.Plain plain) {
            return new Reading.Plain(plain.event());
        }
        return decrypted instanceof Decrypted.OtherKey
                ? noKey(id.get(), "the PayloadKeys have another key of this id", MISSING)
                : changed(event);
    }

    private Reading noKey(String id, String because, Duration retryDelay) {
        String reason = "The event is encrypted with the payload key " + id + ", and " + because;
        if (isNew(reason)) {
            ContainedLog.log(
                    LOG,
                    Level.ERROR,
                    "Events are encrypted with the payload key {0}, and {1}. They wait, and others are sent. Supply the"
                            + " key: within {2} minutes they are tried again",
                    id,
                    because,
                    MISSING.toMinutes());
        }
        return new Reading.NoKey(reason, retryDelay);
    }

    private Reading changed(StoredEvent event) {
        String reason = "The encrypted event was changed in the outbox or moved there from another row: it cannot be"
                + " decrypted";
        if (isNew(reason)) {
            ContainedLog.log(
                    LOG,
                    Level.ERROR,
                    "The event {0} of ad account {1} was changed in the outbox or moved from another row. It becomes a"
                            + " dead letter. Find out who writes to the outbox. This is logged once",
                    event.id(),
                    event.adAccount());
        }
        return new Reading.Changed(reason);
    }

    private synchronized boolean isNew(String text) {
        return logged.size() < MAX_LOGGED && logged.add(text);
    }
}
