// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.delivery.DeliveryOptions;
import dev.epik.capi.delivery.DeliveryService;
import dev.epik.capi.delivery.DeliveryStats;
import dev.epik.capi.outbox.Outbox;
import dev.epik.capi.outbox.StoredEvent;
import dev.epik.capi.pinterest.AdAccount;
import dev.epik.capi.pinterest.Mode;
import dev.epik.capi.pinterest.Outcome;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Sends what is ready in an outbox and reports what Pinterest made of it. Created before anything is stored: a wrong token, mode or address
 * is reported first.
 */
final class Delivering {
    /** To look again after a wait, and to let a request end that is in flight. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private static final Duration LAST_REQUESTS = Duration.ofMinutes(3);

    private final AdAccount account;
    private final URI api;
    private final Mode mode;
    private final Duration patience;

    /** @param patience how long to wait for events that are not ready, such as while Pinterest asks for a pause */
    Delivering(AdAccount account, URI api, Mode mode, Duration patience) {
        this.account = account;
        this.api = api;
        this.mode = mode;
        this.patience = patience;
    }

    /** Sends until nothing is ready, or, if something waits, until the patience ends. */
    void run(Outbox outbox, PrintWriter err, Tally tally) throws InterruptedException {
        if (mode == Mode.TEST) {
            err.println("Test mode: Pinterest checks these events and counts none.");
        }
        DeliveryOptions options = DeliveryOptions.of(mode, Clock.systemUTC())
                .withLinger(Duration.ZERO)
                .withListener((event, outcome) -> settled(event, outcome, err, tally));
        DeliveryService service = new DeliveryService(
                outbox, api, null, id -> id.equals(account.id()) ? Optional.of(account) : Optional.empty(), options);
        try {
            // Whoever calls this has looked at it: an old pause, such as for an expired token, is over.
            outbox.resume(account.id());
            outbox.releaseSuspects(account.id(), "");
            service.start();
            long end = System.nanoTime() + patience.toNanos();
            boolean idle = service.drain(LAST_REQUESTS);
            while (idle
                    && System.nanoTime() - end < 0
                    && outbox.backlog(account.id()).waiting() > 0) {
                Thread.sleep(LOOK.toMillis());
                idle = service.drain(LAST_REQUESTS);
            }
            summary(service.stats(account.id()), err, tally);
        } finally {
            service.close(Duration.ZERO);
        }
    }

    private static void settled(StoredEvent event, Outcome outcome, PrintWriter err, Tally tally) {
        if (outcome instanceof Outcome.Accepted) {
            tally.accepted++;
        } else if (outcome instanceof Outcome.Rejected rejected) {
            tally.rejected++;
            err.println("rejected " + event.id() + ": " + rejected.reason());
        } else if (outcome instanceof Outcome.Postponed postponed) {
            tally.postponedReason = postponed.reason();
        }
    }

    private static void summary(DeliveryStats stats, PrintWriter err, Tally tally) {
        String reason = stats.pauseReason().isEmpty() ? tally.postponedReason : stats.pauseReason();
        err.println("Pinterest accepted " + tally.accepted + ", rejected " + tally.rejected + "; " + stats.waiting()
                + " wait" + (stats.waiting() == 0 || reason.isEmpty() ? "." : ": " + reason));
        if (stats.waiting() > 0) {
            err.println("What waits is kept; \"epik outbox PATH deliver\" sends it.");
            tally.left = stats.waiting();
        }
        err.flush();
    }
}
