// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

/** The kinds of transactions on an outbox, with the crash points that each passes. */
public enum TransactionKind {
    STORE(CrashPoint.STORING, CrashPoint.STORED),
    CLAIM(CrashPoint.CLAIMING, CrashPoint.CLAIMED),
    SETTLE(CrashPoint.SETTLING, CrashPoint.SETTLED),
    OTHER(CrashPoint.CHANGING, CrashPoint.CHANGED);

    /** The point after the writes and before the commit. */
    public final CrashPoint written;

    /** The point after the commit. */
    public final CrashPoint committed;

    TransactionKind(CrashPoint written, CrashPoint committed) {
        this.written = written;
        this.committed = committed;
    }
}
