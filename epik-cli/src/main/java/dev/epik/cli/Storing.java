// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.event.Problem;
import dev.epik.capi.outbox.Outbox;
import dev.epik.capi.outbox.StoredEvent;
import dev.epik.cli.raw.RawEvent;
import dev.epik.cli.raw.Rows;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** From rows into an outbox, many in one commit; each is told of when it is durable. */
final class Storing {
    private static final int TOGETHER = 500;

    private final Rows rows;
    private final Outbox outbox;
    private final String adAccount;
    private final PrintWriter out;
    private final PrintWriter err;
    private final Tally tally;
    private final List<StoredEvent> waiting = new ArrayList<>();

    Storing(Rows rows, Outbox outbox, String adAccount, PrintWriter out, PrintWriter err, Tally tally) {
        this.rows = rows;
        this.outbox = outbox;
        this.adAccount = adAccount;
        this.out = out;
        this.err = err;
        this.tally = tally;
    }

    /** @param progress hears after each commit how many bytes of the file are done */
    void run(LongConsumer progress) throws IOException {
        for (RawEvent raw = rows.next(); raw != null; raw = rows.next()) {
            if (raw.isGood()) {
                waiting.add(StoredEvent.of(adAccount, raw.event()));
            } else {
                refused(raw);
            }
            if (waiting.size() == TOGETHER || rows.wouldBlock()) {
                store();
                progress.accept(rows.bytesRead());
            }
        }
        store();
        progress.accept(rows.bytesRead());
    }

    private void refused(RawEvent raw) {
        tally.refused++;
        for (Problem problem : raw.problems()) {
            if (problem.isRefusal()) {
                err.println("line " + rows.number() + ": " + (problem.field().isEmpty() ? "" : problem.field() + " ")
                        + problem.message());
            }
        }
    }

    private void store() {
        List<Outbox.Added> answers = outbox.addAll(List.copyOf(waiting)).join();
        for (int i = 0; i < waiting.size(); i++) {
            String id = waiting.get(i).id();
            switch (answers.get(i)) {
                case STORED -> {
                    tally.stored++;
                    out.println("stored " + id);
                }
                case ALREADY_STORED -> {
                    tally.alreadyStored++;
                    out.println("already stored " + id);
                }
                case FULL -> {
                    tally.notStored++;
                    err.println("not stored " + id + ": the outbox is full");
                }
            }
        }
        out.flush();
        err.flush();
        waiting.clear();
    }
}
