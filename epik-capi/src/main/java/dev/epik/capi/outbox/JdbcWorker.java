// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.outbox.spi.OutboxException;
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
 * What the thread of a {@link JdbcOutbox} does that claims, settles and does everything else but storing: each call is
 * a transaction on a connection that is given back after it. Used by one thread.
 */
final class JdbcWorker implements JdbcThread.Loop {
    private static final int ATTEMPTS = 5;
    private static final int MAX_CALLS = 1000;

    /** Of a claim or a settlement, which read by an index. */
    private static final Duration SHORT = Duration.ofSeconds(10);

    /** Of a call that may read a whole table. */
    private static final Duration LONG = Duration.ofSeconds(30);

    /** How long a caller waits for a call. */
    static final Duration ANSWER = Duration.ofSeconds(35);

    private final JdbcAccess access;
    private final WriterQueue<Call<?>> queue;
    private final Activity activity = new Activity();
    private final List<Call<?>> inHand = new ArrayList<>(1);

    JdbcWorker(JdbcAccess access, WriterQueue<Call<?>> queue) {
        this.access = access;
        this.queue = queue;
    }

    static WriterQueue<Call<?>> queue() {
        return new WriterQueue<>(MAX_CALLS);
    }

    /** One transaction, and its answer. */
    static final class Call<T> {
        private final Step.Of kind;
        private final OutboxTable.Work<T> work;
        private final CompletableFuture<T> answer = new CompletableFuture<>();
        private final AtomicBoolean begun = new AtomicBoolean();

        Call(Step.Of kind, OutboxTable.Work<T> work) {
            this.kind = kind;
            this.work = work;
        }

        /** Waits for the answer. An interrupted thread waits too: it may be writing its last outcomes. */
        T await() {
            boolean interrupted = false;
            long end = System.nanoTime() + ANSWER.toNanos();
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
                    "The database of the outbox did not answer within " + ANSWER.toSeconds() + " s: "
                            + (begun.getAndSet(true)
                                    ? "does it hang? Something may have been changed all the same"
                                    : "does it hang, or has the data source's pool no connection for Epik? Nothing was changed"));
        }

        void fail(Throwable e) {
            answer.completeExceptionally(e);
        }
    }

    @Override
    public Activity activity() {
        return activity;
    }

    @Override
    public boolean step() throws InterruptedException {
        inHand.clear();
        if (!queue.take(inHand, 1)) {
            return false;
        }
        for (Call<?> call : inHand) {
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

    /** Does the work in a transaction, again if the database rolled back for the sake of another one. */
    static <T> T run(JdbcAccess access, Activity activity, Step.Of kind, OutboxTable.Work<T> work) {
        Duration limit = kind == Step.Of.OTHER ? LONG : SHORT;
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

    private static BorrowedConnection connect(JdbcAccess access, Activity activity, Duration limit) {
        activity.connecting(limit);
        try {
            return access.borrow(limit);
        } catch (SQLException | RuntimeException e) {
            throw new OutboxException(access.describeConnecting(e), e);
        } finally {
            activity.nothing();
        }
    }

    private static <T> T transaction(JdbcAccess access, Step.Of kind, OutboxTable.Work<T> work, Connection connection)
            throws SQLException {
        T result = work.at(connection, access.now(connection));
        access.steps().reached(kind.written);
        connection.commit();
        access.steps().reached(kind.committed);
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
