// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The reason why an ad account pauses, for statistics and the log. Each reason is logged once until it changes.
 * {@link #reason} is thread-safe; the other methods are for the delivery thread.
 */
final class AccountTrouble {
    private static final Logger LOG = System.getLogger(DeliveryEngine.class.getName());

    private final String adAccount;
    private final DeliveryMonitor monitor;
    private volatile @Nullable String reason;

    AccountTrouble(String adAccount, DeliveryMonitor monitor) {
        this.adAccount = adAccount;
        this.monitor = monitor;
    }

    /** Returns the reason; empty after an event was taken, or when nothing waits any more. */
    Optional<String> reason() {
        return Optional.ofNullable(reason);
    }

    /** Takes the reason of a pause that this node begins. */
    void onFailure(Failure failure) {
        if (!reason().equals(Optional.of(failure.reason()).filter(text -> !text.isEmpty()))) {
            LOG.log(
                    failure.needsOperator() ? Level.ERROR : Level.WARNING,
                    "Delivery to ad account {0} pauses, events stay in the outbox: {1}",
                    adAccount,
                    failure.reason());
        }
        set(failure.reason());
        monitor.accountRefused(adAccount, failure.ofAccount() && failure.needsOperator());
    }

    /** Takes the reason of a pause in the outbox, which another node may have begun. */
    void onPauseInOutbox(String pauseReason) {
        if (reason == null) {
            set(pauseReason);
        }
    }

    /** Sets the reason. An empty text means that there is none. */
    private void set(String text) {
        reason = text.isEmpty() ? null : text;
    }

    void onTaken() {
        if (reason != null) {
            LOG.log(Level.INFO, "Delivery to ad account {0} goes on", adAccount);
            clear();
        }
    }

    /** Forgets the reason: another node delivered the waiting events, or they were removed. */
    void onNothingWaits() {
        if (reason != null) {
            LOG.log(Level.INFO, "Nothing waits for ad account {0} any more", adAccount);
            clear();
        }
    }

    private void clear() {
        reason = null;
        monitor.accountRefused(adAccount, false);
    }
}
