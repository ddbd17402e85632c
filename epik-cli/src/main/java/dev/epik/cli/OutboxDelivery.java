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
import java.time.Duration;

/**
 * Sends the events of an outbox and prints how many Pinterest accepted. Commands create it before they store anything,
 * so that an invalid token, mode or address is reported first.
 */
final class OutboxDelivery {
    private final String outboxName;
    private final AdAccount account;
    private final URI api;
    private final Mode mode;
    private final Duration maxWait;

    /**
     * @param outboxName the path or the place of the outbox, for messages
     * @param maxWait how long to wait for events that are not ready, for example during a pause
     */
    OutboxDelivery(String outboxName, AdAccount account, URI api, Mode mode, Duration maxWait) {
        this.outboxName = outboxName;
        this.account = account;
        this.api = api;
        this.mode = mode;
        this.maxWait = maxWait;
    }

    /** Sends until no event waits, or until the maximum wait ends. */
    void run(Outbox outbox, PrintWriter err, RunCounts counts) throws InterruptedException {
        if (mode == Mode.TEST) {
            err.println("Test mode: Pinterest validates these events and counts none.");
        }
        ProblemReport rejections = new ProblemReport(err);
        Progress progress = Progress.ofSending(outbox.backlog(account.id()).waiting(), err);
        // The operator runs this after correcting the cause, for example an expired token: ends the pause.
        outbox.resume(account.id());
        outbox.releaseSuspects(account.id(), "");
        DeliveryStats stats;
        try (progress;
                EpikClient client = PayloadKeySetting.applyTo(EpikClient.builder(mode, account, outbox))
                        .baseUrl(api)
                        .linger(Duration.ZERO)
                        .shutdownTimeout(Duration.ZERO)
                        .listener((event, outcome) -> onSettled(event, outcome, progress, rejections, counts))
                        .open()) {
            client.deliverPending(maxWait);
            stats = client.stats();
        }
        rejections.printTotals();
        summary(stats, err, counts);
    }

    private static void onSettled(
            StoredEvent event, Outcome outcome, Progress progress, ProblemReport rejections, RunCounts counts) {
        if (outcome instanceof Outcome.Accepted) {
            counts.accepted.incrementAndGet();
            progress.step();
        } else if (outcome instanceof Outcome.Rejected rejected) {
            counts.rejected.incrementAndGet();
            progress.step();
            rejections.add("rejected " + event.id() + ": ", rejected.reason());
        } else if (outcome instanceof Outcome.Postponed postponed) {
            counts.postponedReason = postponed.reason();
        }
    }

    private void summary(DeliveryStats stats, PrintWriter err, RunCounts counts) {
        String reason = stats.pauseReason().isEmpty() ? counts.postponedReason : stats.pauseReason();
        err.println("Pinterest accepted " + counts.accepted + ", rejected " + counts.rejected + "; " + stats.waiting()
                + " waiting" + (stats.waiting() == 0 || reason.isEmpty() ? "." : ": " + reason));
        if (counts.rejected.get() > 0) {
            err.println("Rejected events are dead letters: \"epik outbox " + outboxName
                    + " dead\" lists them, and once the cause" + " is corrected, \"epik outbox " + outboxName
                    + " redrive\" moves them back to the waiting events.");
        }
        if (stats.waiting() > 0) {
            err.println("Waiting events are kept; \"epik outbox " + outboxName + " deliver\" sends them.");
            counts.waiting.set(stats.waiting());
        }
        err.flush();
    }
}
