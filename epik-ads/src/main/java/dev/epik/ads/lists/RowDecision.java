// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.lists;

/** Decides about single rows. Pure functions. */
final class RowDecision {
    /** No flag: the row is not in the file of rows that were sent. */
    static final byte ABSENT = 0;

    private RowDecision() {}

    /** The possible treatments of a row. */
    enum Action {
        ADD,
        REMOVE,
        /** Neither, and the row counts as unchanged. */
        KEEP,
        /** Neither: the row is not wanted, but nothing is removed. */
        IGNORE
    }

    /**
     * Decides what to send. A row whose last request has no known answer is sent again: added if it is wanted, removed
     * if it is not. Both can be repeated.
     *
     * @param flag of the row that was sent, or {@link #ABSENT}
     * @param isWanted whether the row is in the file of the caller
     * @param removes whether rows that are not wanted are removed
     */
    static Action toSend(byte flag, boolean isWanted, boolean removes) {
        if (isWanted) {
            return flag == SealedRow.SENT ? Action.KEEP : Action.ADD;
        }
        return removes && flag != ABSENT ? Action.REMOVE : Action.IGNORE;
    }

    /** How far the sending of a row is. */
    enum Progress {
        /** Not planned, or not yet sent. */
        NONE,
        /** Pinterest may have got it. */
        MAYBE,
        /** Pinterest has confirmed it. */
        DONE
    }

    /** Returns the progress of the row with an index. */
    static Progress progress(long index, long done, long maybe) {
        return index < done ? Progress.DONE : index < maybe ? Progress.MAYBE : Progress.NONE;
    }

    /** Returns the flag of a row after a run, or {@link #ABSENT}. A row is never both added and removed. */
    static byte afterRun(byte flag, Progress added, Progress removed) {
        if (added == Progress.MAYBE || removed == Progress.MAYBE) {
            return SealedRow.MAYBE;
        }
        if (added == Progress.DONE) {
            return SealedRow.SENT;
        }
        return removed == Progress.DONE ? ABSENT : flag;
    }
}
