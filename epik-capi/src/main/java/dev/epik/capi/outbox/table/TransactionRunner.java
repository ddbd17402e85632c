// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

/** Runs work in transactions of an outbox. Thread-safe. */
@FunctionalInterface
public interface TransactionRunner {
    /** Runs the work in a transaction of its own, and returns when that is committed. */
    <T> T run(TransactionKind kind, OutboxTable.Work<T> work);
}
