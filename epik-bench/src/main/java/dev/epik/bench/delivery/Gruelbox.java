// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import com.gruelbox.transactionoutbox.Dialect;
import com.gruelbox.transactionoutbox.Instantiator;
import com.gruelbox.transactionoutbox.Persistor;
import com.gruelbox.transactionoutbox.Submitter;
import com.gruelbox.transactionoutbox.TransactionManager;
import com.gruelbox.transactionoutbox.TransactionOutbox;
import com.zaxxer.hikari.HikariDataSource;
import dev.epik.bench.Sale;
import java.net.URI;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Gruelbox's transaction-outbox: one call per sale that posts it, scheduled in the application's transaction; 16 worker
 * threads.
 */
final class Gruelbox implements DeliveryClient {
    private static final int THREADS = 16;
    private static final int QUEUE = 16_384;

    private final HikariDataSource pool;
    private final ThreadPoolExecutor workers = new ThreadPoolExecutor(
            THREADS, THREADS, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(QUEUE), Gruelbox::daemon);
    private final ScheduledThreadPoolExecutor flusher = new ScheduledThreadPoolExecutor(1, Gruelbox::daemon);
    private final TransactionManager transactions;
    private final TransactionOutbox outbox;
    private final ScheduledFuture<?> flushing;

    /** The scheduled call. */
    public interface Sender {
        void send(String eventJson) throws Exception;
    }

    Gruelbox(URI stub, String database) {
        Post post = Post.toPinterest(stub);
        Sender sender = json -> post.json(PinterestBody.of(json));
        this.pool = Pool.open(database);
        this.transactions = TransactionManager.fromDataSource(pool);
        this.outbox = TransactionOutbox.builder()
                .transactionManager(transactions)
                .persistor(Persistor.forDialect(Dialect.POSTGRESQL_9))
                .instantiator(Instantiator.using(type -> sender))
                .submitter(Submitter.withExecutor(workers))
                .build();
        this.flushing = flusher.scheduleWithFixedDelay(outbox::flush, 1, 1, TimeUnit.SECONDS);
    }

    @Override
    public void deliver(List<Sale> sales) throws InterruptedException {
        Callers.each(
                sales,
                sale -> transactions.inTransactionThrows(
                        transaction -> outbox.schedule(Sender.class).send(PinterestBody.event(sale))));
    }

    @Override
    public boolean isSettled() throws SQLException {
        return TableRows.none(pool, "txno_outbox");
    }

    @Override
    public void close() {
        flushing.cancel(false);
        flusher.shutdownNow();
        workers.shutdownNow();
        pool.close();
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "gruelbox");
        thread.setDaemon(true);
        return thread;
    }
}
