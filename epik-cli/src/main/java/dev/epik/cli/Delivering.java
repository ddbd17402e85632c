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
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Sends what is ready in an outbox and reports what Pinterest made of it. Created before anything is stored: a wrong
 * token, mode or address is reported first.
 */
final class Delivering {
    /** To look again after a wait, and to let a request end that is in flight. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private static final Duration LAST_REQUESTS = Duration.ofMinutes(3);

    private final Path file;
    private final AdAccount account;
    private final URI api;
    private final Mode mode;
    private final Duration patience;

    /**
     * @param file of the outbox, for messages
     * @param patience how long to wait for events that are not ready, such as while Pinterest asks for a pause
     */
    Delivering(Path file, AdAccount account, URI api, Mode mode, Duration patience) {
        this.file = file;
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
        Mistakes rejections = new Mistakes(err);
        Progress progress = Progress.ofSending(outbox.backlog(account.id()).waiting(), err);
        DeliveryOptions options = DeliveryOptions.of(mode, Clock.systemUTC())
                .withLinger(Duration.ZERO)
                .withListener((event, outcome) -> settled(event, outcome, progress, rejections, tally));
        DeliveryService service = new DeliveryService(
                outbox, api, null, id -> id.equals(account.id()) ? Optional.of(account) : Optional.empty(), options);
        DeliveryStats stats;
        try (progress) {
            // The operator runs this after correcting the cause: an old pause, such as for an expired token, is over.
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
            stats = service.stats(account.id());
        } finally {
            service.close(Duration.ZERO);
        }
        rejections.sumUp();
        summary(stats, err, tally);
    }

    private static void settled(
            StoredEvent event, Outcome outcome, Progress progress, Mistakes rejections, Tally tally) {
        if (outcome instanceof Outcome.Accepted) {
            tally.accepted.incrementAndGet();
            progress.step();
        } else if (outcome instanceof Outcome.Rejected rejected) {
            tally.rejected.incrementAndGet();
            progress.step();
            rejections.add("rejected " + event.id() + ": ", rejected.reason());
        } else if (outcome instanceof Outcome.Postponed postponed) {
            tally.postponedReason = postponed.reason();
        }
    }

    private void summary(DeliveryStats stats, PrintWriter err, Tally tally) {
        String reason = stats.pauseReason().isEmpty() ? tally.postponedReason : stats.pauseReason();
        err.println("Pinterest accepted " + tally.accepted + ", rejected " + tally.rejected + "; " + stats.waiting()
                + " wait" + (stats.waiting() == 0 || reason.isEmpty() ? "." : ": " + reason));
        if (tally.rejected.get() > 0) {
            err.println(
                    "Rejected events are dead letters: \"epik outbox " + file + " dead\" lists them, and once the cause"
                            + " is corrected, \"epik outbox " + file + " redrive\" makes them wait again.");
        }
        if (stats.waiting() > 0) {
            err.println("What waits is kept; \"epik outbox " + file + " deliver\" sends it.");
            tally.left.set(stats.waiting());
        }
        err.flush();
    }
}
