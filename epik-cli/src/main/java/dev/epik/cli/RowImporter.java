// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.event.ConversionEvent.Privacy;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.cli.raw.RawEvent;
import dev.epik.cli.raw.Rows;
import dev.epik.cli.raw.SuppressionList;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.LongConsumer;

/** Stores rows in an outbox, up to 500 in one commit, and prints a line for each one once it is on disk. */
final class RowImporter {
    private static final int MAX_BATCH = 500;

    private final Rows rows;
    private final EventStore outbox;
    private final String adAccount;
    private final PrintWriter out;
    private final ProblemReport problemReport;
    private final RunCounts counts;
    private final Privacy privacy;
    private final RowCheck check;
    private final List<StoredEvent> waiting = new ArrayList<>();

    RowImporter(
            Rows rows,
            EventStore outbox,
            String adAccount,
            PrintWriter out,
            ProblemReport problemReport,
            RunCounts counts,
            SuppressionList suppressed,
            Privacy privacy) {
        this.rows = rows;
        this.outbox = outbox;
        this.adAccount = adAccount;
        this.out = out;
        this.problemReport = problemReport;
        this.counts = counts;
        this.privacy = privacy;
        this.check = new RowCheck(problemReport, counts, suppressed);
    }

    /**
     * Stores all rows.
     *
     * @param progress called after each commit with the number of bytes read so far
     */
    void run(LongConsumer progress) throws IOException {
        for (RawEvent raw = rows.next(); raw != null; raw = rows.next()) {
            if (check.isStorable(rows.line(), raw)) {
                waiting.add(StoredEvent.of(adAccount, raw.event().withPrivacy(privacy, Instant.now())));
            }
            if (waiting.size() == MAX_BATCH || rows.wouldBlock()) {
                store();
                progress.accept(rows.bytesRead());
            }
        }
        store();
        progress.accept(rows.bytesRead());
        problemReport.printTotals();
    }

    private List<EventStore.Added> added() {
        try {
            return outbox.addAll(List.copyOf(waiting)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof OutboxException ours ? ours : e;
        }
    }

    private void store() {
        List<EventStore.Added> results = added();
        for (int i = 0; i < waiting.size(); i++) {
            String id = waiting.get(i).id();
            switch (results.get(i)) {
                case STORED -> {
                    counts.stored.incrementAndGet();
                    out.println("stored " + id);
                }
                case ALREADY_STORED, ALREADY_DELIVERED -> {
                    counts.alreadyStored.incrementAndGet();
                    out.println("already stored " + id);
                }
                case ALREADY_DEAD -> {
                    counts.alreadyStored.incrementAndGet();
                    counts.dead.incrementAndGet();
                    out.println("dead letter " + id);
                }
                case FULL -> {
                    counts.notStored.incrementAndGet();
                    problemReport.add("not stored " + id + ": ", "the outbox is full");
                }
            }
        }
        out.flush();
        waiting.clear();
    }
}
