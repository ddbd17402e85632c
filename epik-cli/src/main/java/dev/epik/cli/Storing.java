// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.cli.raw.RawEvent;
import dev.epik.cli.raw.Rows;
import dev.epik.cli.raw.SeenIds;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** Stores rows in an outbox, many in one commit, and prints of each when it is durable. */
final class Storing {
    private static final int TOGETHER = 500;

    private final Rows rows;
    private final Outbox outbox;
    private final String adAccount;
    private final PrintWriter out;
    private final Mistakes mistakes;
    private final Tally tally;
    private final SeenIds seen = new SeenIds();
    private final List<StoredEvent> waiting = new ArrayList<>();

    Storing(Rows rows, Outbox outbox, String adAccount, PrintWriter out, Mistakes mistakes, Tally tally) {
        this.rows = rows;
        this.outbox = outbox;
        this.adAccount = adAccount;
        this.out = out;
        this.mistakes = mistakes;
        this.tally = tally;
    }

    /** @param progress called after each commit with the number of bytes of the file that are done */
    void run(LongConsumer progress) throws IOException {
        for (RawEvent raw = rows.next(); raw != null; raw = rows.next()) {
            mistakes.add(rows.line(), raw);
            if (raw.isGood()) {
                tally.repeated.addAndGet(seen.isRepeated(raw) ? 1 : 0);
                waiting.add(StoredEvent.of(adAccount, raw.event()));
            } else {
                tally.refused.incrementAndGet();
            }
            if (waiting.size() == TOGETHER || rows.wouldBlock()) {
                store();
                progress.accept(rows.bytesRead());
            }
        }
        store();
        progress.accept(rows.bytesRead());
        mistakes.sumUp();
    }

    private void store() {
        List<Outbox.Added> answers = outbox.addAll(List.copyOf(waiting)).join();
        for (int i = 0; i < waiting.size(); i++) {
            String id = waiting.get(i).id();
            switch (answers.get(i)) {
                case STORED -> {
                    tally.stored.incrementAndGet();
                    out.println("stored " + id);
                }
                case ALREADY_STORED, ALREADY_DELIVERED -> {
                    tally.alreadyStored.incrementAndGet();
                    out.println("already stored " + id);
                }
                case ALREADY_DEAD -> {
                    tally.alreadyStored.incrementAndGet();
                    tally.dead.incrementAndGet();
                    out.println("dead letter " + id);
                }
                case FULL -> {
                    tally.notStored.incrementAndGet();
                    mistakes.add("not stored " + id + ": ", "the outbox is full");
                }
            }
        }
        out.flush();
        waiting.clear();
    }
}
