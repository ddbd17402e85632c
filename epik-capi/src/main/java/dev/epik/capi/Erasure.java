// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.event.rules.EventNames;
import dev.epik.capi.outbox.encryption.PayloadCodec;
import dev.epik.capi.outbox.spi.FoundEvent;
import dev.epik.capi.outbox.spi.Outbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Removes events from an outbox: searches, cancels what it finds, and repeats both until a search finds nothing new.
 * Events that are being sent are tried again for a limited time. Not thread-safe.
 */
final class Erasure {
    /** How long events that are being sent are tried again. Most batches are settled by then. */
    static final Duration MAX_WAIT = Duration.ofSeconds(10);

    private static final Duration RETRY_INTERVAL = Duration.ofMillis(200);

    /** Another search finds what was redriven, or moved by the spool, during the one before. */
    private static final int MAX_SEARCHES = 5;

    private final Outbox outbox;
    private final LongSupplier nanos;
    private final long end;
    private final Map<StoredEvent.Key, FoundEvent> beingSent = new HashMap<>();

    /** Events whose key is missing, so that the search could not compare them. */
    private final Set<StoredEvent.Key> unreadable = ConcurrentHashMap.newKeySet();

    private int waiting;
    private int dead;
    private int remembered;

    Erasure(Outbox outbox, LongSupplier nanos) {
        this.outbox = outbox;
        this.nanos = nanos;
        this.end = nanos.getAsLong() + MAX_WAIT.toNanos();
    }

    /** Removes the events, and forgets the delivered ids of all event names in these ad accounts. */
    ErasureRequest.Result erase(Predicate<StoredEvent> which, Set<String> eventIds, Collection<String> adAccounts) {
        searchAndRemove(event -> matches(which, event));
        retryWhileBeingSent();
        for (String account : adAccounts) {
            for (String name : EventNames.ALL) {
                for (String id : eventIds) {
                    remembered += outbox.forgetDelivered(new StoredEvent.Key(account, name, id)) ? 1 : 0;
                }
            }
        }
        return new ErasureRequest.Result(waiting, dead, remembered, beingSent.size(), unreadable.size());
    }

    /** Returns whether the event matches, and notes it if it cannot be read. */
    private boolean matches(Predicate<StoredEvent> which, StoredEvent event) {
        boolean isMatch = which.test(event);
        if (!isMatch && PayloadCodec.isEncrypted(event.json())) {
            unreadable.add(event.key());
        } else if (!unreadable.isEmpty()) {
            unreadable.remove(event.key()); // its key has come
        }
        return isMatch;
    }

    private void searchAndRemove(Predicate<StoredEvent> which) {
        boolean isAnyNew = true;
        for (int search = 0; search < MAX_SEARCHES && isAnyNew; search++) {
            isAnyNew = false;
            for (FoundEvent found : outbox.find(which)) {
                isAnyNew |= !beingSent.containsKey(found.key());
                remove(found);
            }
        }
    }

    private void remove(FoundEvent found) {
        CancelResult result = outbox.cancel(found.key());
        if (result == CancelResult.TOO_LATE && !outbox.forgetDelivered(found.key())) {
            beingSent.put(found.key(), found);
            return;
        }
        beingSent.remove(found.key());
        switch (result) {
            case CANCELLED -> {
                dead += found.isDead() ? 1 : 0;
                waiting += found.isDead() ? 0 : 1;
            }
            case TOO_LATE -> remembered++;
            case UNKNOWN, REQUESTED -> {} // another call has removed it
        }
    }

    private void retryWhileBeingSent() {
        try {
            while (!beingSent.isEmpty() && nanos.getAsLong() - end < 0) {
                Thread.sleep(RETRY_INTERVAL.toMillis());
                List<FoundEvent> again = new ArrayList<>(beingSent.values());
                again.forEach(this::remove);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the result lists what is left
        }
    }
}
