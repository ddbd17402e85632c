// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.delivery.DeliveryOptions;
import dev.epik.capi.delivery.DeliveryStats;
import dev.epik.capi.delivery.Dispatcher;
import dev.epik.capi.outbox.Outbox;
import dev.epik.capi.outbox.StoredEvent;
import dev.epik.capi.pinterest.AdAccount;
import dev.epik.capi.pinterest.Mode;
import dev.epik.capi.pinterest.Outcome;
import dev.epik.capi.pinterest.PinterestApi;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Sends what is ready in an outbox, in the calling thread, and says what Pinterest made of it. Made before anything is stored: what is
 * wrong with token, mode or address is said then.
 */
final class Delivering {
    private static final Duration LONGEST_NAP = Duration.ofSeconds(1);

    private final AdAccount account;
    private final URI api;
    private final Mode mode;
    private final Duration patience;

    /** @param patience how long to wait for what is not ready, such as while Pinterest asks for a pause */
    Delivering(AdAccount account, URI api, Mode mode, Duration patience) {
        this.account = account;
        this.api = api;
        this.mode = mode;
        this.patience = patience;
    }

    /** Until nothing is ready, or, where something waits, until the patience ends. */
    void run(Outbox outbox, PrintWriter err, Tally tally) throws InterruptedException {
        if (mode == Mode.TEST) {
            err.println("Test mode: Pinterest checks these events and counts none.");
        }
        DeliveryOptions options = DeliveryOptions.of(mode, Clock.systemUTC())
                .withLinger(Duration.ZERO)
                .withListener((event, outcome) -> settled(event, outcome, err, tally));
        try (PinterestApi pinterest = new PinterestApi(api, account, mode, null)) {
            outbox.resume(
                    account.id()); // whoever calls this has looked: an old pause, such as for a dead token, is over
            Dispatcher dispatcher = new Dispatcher(account.id(), outbox, pinterest, options);
            long end = System.nanoTime() + patience.toNanos();
            Optional<Duration> next = dispatcher.step();
            while (next.isPresent() && (next.get().isZero() || nap(next.get(), end))) {
                next = dispatcher.step();
            }
            summary(dispatcher.stats(), err, tally);
        }
    }

    /** False where there is no time for it. */
    private static boolean nap(Duration wanted, long end) throws InterruptedException {
        Duration left = Duration.ofNanos(end - System.nanoTime());
        if (left.isNegative() || left.isZero()) {
            return false;
        }
        Duration nap = wanted.compareTo(left) < 0 ? wanted : left;
        Thread.sleep(Math.max(1, (nap.compareTo(LONGEST_NAP) < 0 ? nap : LONGEST_NAP).toMillis()));
        return true;
    }

    private static void settled(StoredEvent event, Outcome outcome, PrintWriter err, Tally tally) {
        if (outcome instanceof Outcome.Accepted) {
            tally.accepted++;
        } else if (outcome instanceof Outcome.Rejected rejected) {
            tally.rejected++;
            err.println("rejected " + event.id() + ": " + rejected.reason());
        }
    }

    private static void summary(DeliveryStats stats, PrintWriter err, Tally tally) {
        err.println("Pinterest accepted " + tally.accepted + ", rejected " + tally.rejected + "; " + stats.waiting()
                + " wait" + (stats.pauseReason().isEmpty() ? "." : ": " + stats.pauseReason()));
        if (stats.waiting() > 0) {
            err.println("What waits is kept; \"epik outbox PATH deliver\" sends it.");
            tally.left = stats.waiting();
        }
        err.flush();
    }
}
