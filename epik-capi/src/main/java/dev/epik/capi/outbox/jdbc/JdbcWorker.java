// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.jdbc;

import dev.epik.capi.outbox.queue.WriterQueue;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.table.JdbcErrors;
import dev.epik.capi.outbox.table.OutboxTable;
import dev.epik.capi.outbox.table.TransactionKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Claims, settles and runs everything else but storing for a JDBC outbox. Each call is a transaction on a connection
 * that is given back afterwards. Used by one thread.
 */
final class JdbcWorker implements JdbcThread.Loop {
    private static final int ATTEMPTS = 5;
    private static final int MAX_CALLS = 1000;

    /** The limit of a claim or a settlement, which read by an index. */
    private static final Duration SHORT_LIMIT = Duration.ofSeconds(10);

    /** The limit of a call that may read a whole table. */
    private static final Duration LONG_LIMIT = Duration.ofSeconds(30);

    /** How long a caller waits for a call. */
    static final Duration MAX_WAIT = Duration.ofSeconds(35);

    private final JdbcAccess access;
    private final WriterQueue<Call<?>> queue;
    private final ThreadActivity activity = new ThreadActivity();
    private final List<Call<?>> currentCalls = new ArrayList<>(1);

    JdbcWorker(JdbcAccess access, WriterQueue<Call<?>> queue) {
        this.access = access;
        this.queue = queue;
    }

    static WriterQueue<Call<?>> queue() {
        return new WriterQueue<>(MAX_CALLS);
    }

    /** One transaction, and the future of its result. */
    static final class Call<T> {
        private final TransactionKind kind;
        private final OutboxTable.Work<T> work;
        private final CompletableFuture<T> answer = new CompletableFuture<>();
        private final AtomicBoolean begun = new AtomicBoolean();

        Call(TransactionKind kind, OutboxTable.Work<T> work) {
            this.kind = kind;
            this.work = work;
        }

        /** Waits for the result. An interrupted caller waits too: it may be writing its last outcomes. */
        T await() {
            boolean interrupted = false;
            long end = System.nanoTime() + MAX_WAIT.toNanos();
            try {
                while (true) {
                    try {
                        return answer.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                    } catch (InterruptedException e) {
                        interrupted = true;
                    } catch (TimeoutException e) {
                        fail(tooSlow());
                    }
                }
            } catch (ExecutionException e) {
                throw e.getCause() instanceof RuntimeException ours
                        ? ours
                        : new OutboxException("The outbox failed: " + e.getCause(), e.getCause());
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private OutboxException tooSlow() {
            return new OutboxException(
                    "The database of the outbox did not answer within " + MAX_WAIT.toSeconds() + " s: "
                            + (begun.getAndSet(true)
                                    ? "does it hang? Something may have been changed all the same"
                                    : "does it hang, or has the data source's pool no connection for Epik? Nothing was changed"));
        }

        void fail(Throwable e) {
            answer.completeExceptionally(e);
        }
    }

    @Override
    public ThreadActivity activity() {
        return activity;
    }

    @Override
    public boolean runOnce() throws InterruptedException {
        currentCalls.clear();
        if (!queue.take(currentCalls, 1)) {
            return false;
        }
        for (Call<?> call : currentCalls) {
            if (!call.begun.getAndSet(true)) {
                execute(call);
            }
        }
        return true;
    }

    @Override
    public void end() {
        // it holds nothing between two calls
    }

    private <T> void execute(Call<T> call) {
        try {
            call.answer.complete(run(access, activity, call.kind, call.work));
        } catch (Throwable e) { // of any type: the thread must live, and the caller must know
            call.fail(e);
        }
    }

    /** Runs the work in a transaction, and repeats it if the database rolled it back because of another transaction. */
    static <T> T run(JdbcAccess access, ThreadActivity activity, TransactionKind kind, OutboxTable.Work<T> work) {
        Duration limit = kind == TransactionKind.OTHER ? LONG_LIMIT : SHORT_LIMIT;
        SQLException last = new SQLException();
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            BorrowedConnection borrowed = connect(access, activity, limit);
            if (activity.isAbandoned()) {
                borrowed.giveBack();
                throw new OutboxException("The data source gave no connection in time. Nothing was changed");
            }
            activity.working(borrowed, limit);
            @Nullable Throwable failure = null;
            try {
                return transaction(access, kind, work, borrowed.connection);
            } catch (SQLException e) {
                failure = e;
                last = e;
                if (!JdbcErrors.isWorthAnotherTry(e) && !JdbcErrors.isLocked(e)) {
                    break;
                }
            } catch (Throwable e) {
                failure = e;
                throw e;
            } finally {
                end(borrowed, failure);
                activity.nothing();
            }
            RetryDelay.await(attempt);
        }
        throw new OutboxException(access.describe(last), last);
    }

    private static BorrowedConnection connect(JdbcAccess access, ThreadActivity activity, Duration limit) {
        activity.connecting(limit);
        try {
            return access.borrow(limit);
        } catch (SQLException | RuntimeException e) {
            throw new OutboxException(access.describeConnecting(e), e);
        } finally {
            activity.nothing();
        }
    }

    private static <T> T transaction(
            JdbcAccess access, TransactionKind kind, OutboxTable.Work<T> work, Connection connection)
            throws SQLException {
        T result = work.at(connection, access.now(connection));
        access.crashPoints().reached(kind.written);
        connection.commit();
        access.crashPoints().reached(kind.committed);
        return result;
    }

    private static void end(BorrowedConnection borrowed, @Nullable Throwable failure) {
        if (failure != null && StoreError.of(failure) == StoreError.CONNECTION) {
            borrowed.discard();
        } else {
            borrowed.giveBack();
        }
    }
}
