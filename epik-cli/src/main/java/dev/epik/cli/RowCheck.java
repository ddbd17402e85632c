// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.cli.raw.RawEvent;
import dev.epik.cli.raw.SeenIds;
import dev.epik.cli.raw.SuppressionList;

/** Decides which rows are stored, and reports and counts the others. A dry run does only this. Not thread-safe. */
final class RowCheck {
    private final ProblemReport problemReport;
    private final RunCounts counts;
    private final SuppressionList suppressed;
    private final SeenIds seen = new SeenIds();

    RowCheck(ProblemReport problemReport, RunCounts counts, SuppressionList suppressed) {
        this.problemReport = problemReport;
        this.counts = counts;
        this.suppressed = suppressed;
    }

    /** Returns whether the row is to be stored. */
    boolean isStorable(long line, RawEvent raw) {
        problemReport.add(line, raw);
        if (!raw.isValid()) {
            counts.invalid.incrementAndGet();
            return false;
        }
        if (suppressed.contains(raw)) {
            counts.suppressed.incrementAndGet();
            return false;
        }
        counts.repeated.addAndGet(seen.isRepeated(raw) ? 1 : 0);
        return true;
    }
}
