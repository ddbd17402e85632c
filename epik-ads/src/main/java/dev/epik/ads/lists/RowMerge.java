// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.lists;

import dev.epik.ads.lists.RowDecision.Action;
import dev.epik.ads.lists.RowDecision.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Merges sorted files of rows, in memory that does not grow with them. {@link RowDecision} decides. */
final class RowMerge {
    private RowMerge() {}

    /** The numbers of rows of a planned run. */
    record Plan(long before, long wanted, long unchanged, long toAdd, long toRemove) {}

    /** Compares the rows that were sent with the wanted ones, and writes what is to be added and to be removed. */
    static Plan plan(ListDirectory directory, boolean removes) throws IOException {
        RowCipher cipher = directory.cipher();
        long before = 0;
        long wanted = 0;
        long unchanged = 0;
        try (RowFile.Reader rows = new RowFile.Reader(directory.rows(), cipher);
                RowFile.Reader file = new RowFile.Reader(directory.wanted(), cipher);
                RowFile.Writer add = new RowFile.Writer(directory.planned(true), cipher);
                RowFile.Writer remove = new RowFile.Writer(directory.planned(false), cipher)) {
            SealedRow old = rows.next();
            SealedRow mine = file.next();
            while (old != null || mine != null) {
                SealedRow row = first(old, mine);
                boolean isOld = isSame(old, row);
                boolean isMine = isSame(mine, row);
                before += isOld ? 1 : 0;
                wanted += isMine ? 1 : 0;
                byte flag = isOld ? Objects.requireNonNull(old).flag() : RowDecision.ABSENT;
                Action action = RowDecision.toSend(flag, isMine, removes);
                if (action == Action.ADD) {
                    add.write(row);
                } else if (action == Action.REMOVE) {
                    remove.write(row);
                } else if (action == Action.KEEP) {
                    unchanged++;
                }
                old = isOld ? rows.next() : old;
                mine = isMine ? file.next() : mine;
            }
            return new Plan(before, wanted, unchanged, add.rows(), remove.rows());
        }
    }

    /** Writes the rows that are at Pinterest after a run, which may have been stopped. */
    static void afterRun(Path before, Path removes, Path adds, RunProgress progress, Path after, RowCipher cipher)
            throws IOException {
        try (RowFile.Reader rows = new RowFile.Reader(before, cipher);
                RowFile.Reader removed = new RowFile.Reader(removes, cipher);
                RowFile.Reader added = new RowFile.Reader(adds, cipher);
                RowFile.Writer writer = new RowFile.Writer(after, cipher)) {
            long removeIndex = 0;
            long addIndex = 0;
            SealedRow old = rows.next();
            SealedRow remove = removed.next();
            SealedRow add = added.next();
            while (old != null || remove != null || add != null) {
                SealedRow row = first(old, remove, add);
                byte flag = isSame(old, row) ? Objects.requireNonNull(old).flag() : RowDecision.ABSENT;
                Progress isRemoved = Progress.NONE;
                Progress isAdded = Progress.NONE;
                if (isSame(remove, row)) {
                    isRemoved = RowDecision.progress(removeIndex++, progress.removed(), progress.removing());
                    remove = removed.next();
                }
                if (isSame(add, row)) {
                    isAdded = RowDecision.progress(addIndex++, progress.added(), progress.adding());
                    add = added.next();
                }
                old = isSame(old, row) ? rows.next() : old;
                byte now = RowDecision.afterRun(flag, isAdded, isRemoved);
                if (now != RowDecision.ABSENT) {
                    writer.write(row.withFlag(now));
                }
            }
        }
    }

    private static boolean isSame(@Nullable SealedRow one, SealedRow other) {
        return one != null && one.compareTo(other) == 0;
    }

    /** Returns the first row in their order; at least one is not null. */
    private static SealedRow first(@Nullable SealedRow... rows) {
        SealedRow first = null;
        for (SealedRow row : rows) {
            if (row != null && (first == null || row.compareTo(first) < 0)) {
                first = row;
            }
        }
        return Objects.requireNonNull(first);
    }
}
