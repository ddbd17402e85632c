// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.AdAccount;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds ad accounts by their id. If an id is unknown, its events wait; this is logged once, and the id is looked up
 * again after a minute. {@link #isUnknown} and {@link #forget} are thread-safe; the other methods are for the delivery
 * thread.
 */
final class AccountLookup {
    /** The time until an unknown id is looked up again. The client itself caches it for longer. */
    static final Duration UNKNOWN_FOR = Duration.ofMinutes(1);

    private static final Logger LOG = System.getLogger(DeliveryEngine.class.getName());

    /** An id that was not looked up for this long has no waiting events any more. */
    private static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);

    private final AdAccount.Source source;
    private final Time time;
    private final Map<String, Long> unknownUntil = new ConcurrentHashMap<>();

    AccountLookup(AdAccount.Source source, Time time) {
        this.source = source;
        this.time = time;
    }

    /** Returns the ad account with this id; empty if it is unknown, or if the source fails. */
    Optional<AdAccount> find(String id) {
        Long until = unknownUntil.get(id);
        if (until != null && until - time.nanos() > 0) {
            return Optional.empty();
        }
        Optional<AdAccount> found = Optional.empty();
        String cause = "no ad account with this id was configured or found";
        try {
            found = source.byId(id);
        } catch (Throwable e) { // the source is code of the application
            cause = "the AdAccount.Source failed: " + e.getClass().getName();
        }
        if (found.isEmpty()) {
            if (until == null) {
                LOG.log(
                        Level.WARNING,
                        "Events of ad account {0} wait: {1}. Add it to the client, or cancel its events",
                        id,
                        cause);
            }
            unknownUntil.put(id, time.nanos() + UNKNOWN_FOR.toNanos());
        } else if (until != null) {
            unknownUntil.remove(id);
            LOG.log(Level.INFO, "Events of ad account {0} are sent from now on", id);
        }
        return found;
    }

    /** Returns whether the ad account is unknown, and is not looked up again now. */
    boolean isRemembered(String id) {
        Long until = unknownUntil.get(id);
        return until != null && until - time.nanos() > 0;
    }

    /** Returns whether the last lookup did not find the ad account. */
    boolean isUnknown(String id) {
        return unknownUntil.containsKey(id);
    }

    /** Makes the next call of {@link #find} look the ad account up again. */
    void forget(String id) {
        unknownUntil.remove(id);
    }

    void forgetOld() {
        long now = time.nanos();
        unknownUntil.values().removeIf(until -> now - until > FORGOTTEN_AFTER.toNanos());
    }
}
