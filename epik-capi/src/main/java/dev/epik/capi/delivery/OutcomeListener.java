// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.DeliveryListener;
import dev.epik.capi.Outcome;
import dev.epik.capi.outbox.spi.Settlement;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Logs outcomes, and reports them to the {@link DeliveryListener} of the application. Catches failures of that one. */
final class OutcomeListener {
    private static final Logger LOG = System.getLogger(DeliveryEngine.class.getName());

    /** The logged warnings of all ad accounts, which mostly get the same ones. The listener receives every warning. */
    private static final LogOnce WARNINGS = new LogOnce(20);

    private final DeliveryListener listener;
    private final DeliveryMonitor monitor;

    OutcomeListener(DeliveryListener listener, DeliveryMonitor monitor) {
        this.listener = listener;
        this.monitor = monitor;
    }

    /** Reports an outcome after it is written. Never throws. */
    void settled(Settlement settlement) {
        if (settlement.outcome() instanceof Outcome.Accepted taken) {
            logWarningOnce(taken.warning());
        } else if (settlement.outcome() instanceof Outcome.Rejected rejected) {
            LOG.log(
                    Level.WARNING,
                    "A dead letter, {0} of ad account {1}: {2} (once the cause is corrected, redrive sends it again:"
                            + " EpikClient.redrive, or \"epik outbox PATH redrive\")",
                    settlement.event(),
                    settlement.event().adAccount(),
                    rejected.reason());
        }
        monitor.settled(settlement.event(), settlement.outcome());
        try {
            listener.settled(settlement.event(), settlement.outcome());
        } catch (Throwable e) { // the listener is code of the application
            LOG.log(
                    Level.WARNING,
                    "A DeliveryListener failed; delivery goes on: {0}",
                    e.getClass().getName());
        }
    }

    /** Logs a warning of Pinterest once, because mostly every event gets the same one. */
    private static void logWarningOnce(String warning) {
        if (!warning.isEmpty() && WARNINGS.firstTime(warning)) {
            LOG.log(Level.WARNING, "Pinterest accepts events and warns (logged once): {0}", warning);
        }
    }
}
