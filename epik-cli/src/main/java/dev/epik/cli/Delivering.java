// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.AdAccount;
import dev.epik.capi.DeliveryStats;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Outbox;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Sends what is ready in an outbox and reports what Pinterest made of it. Created before anything is stored: a wrong
 * token, mode or address is reported first.
 */
final class Delivering {
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
        // The operator runs this after correcting the cause: an old pause, such as for an expired token, is over.
        outbox.resume(account.id());
        outbox.releaseSuspects(account.id(), "");
        DeliveryStats stats;
        try (progress;
                EpikClient client = EpikClient.builder(mode, account, outbox)
                        .baseUrl(api)
                        .linger(Duration.ZERO)
                        .shutdownTimeout(Duration.ZERO)
                        .listener((event, outcome) -> settled(event, outcome, progress, rejections, tally))
                        .open()) {
            client.deliverPending(patience);
            stats = client.stats();
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
