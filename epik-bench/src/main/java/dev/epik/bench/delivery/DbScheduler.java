// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import dev.epik.bench.Sale;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Db-scheduler: one task per sale that posts it; with lock-and-fetch, its polling mode for high load, and 20 threads.
 */
final class DbScheduler implements DeliveryClient {
    private static final int THREADS = 20;
    private static final String TABLE =
            "CREATE TABLE scheduled_tasks (task_name text NOT NULL, task_instance text NOT NULL, task_data bytea,"
                    + " execution_time timestamptz, picked boolean NOT NULL, picked_by text, last_success timestamptz,"
                    + " last_failure timestamptz, consecutive_failures int, last_heartbeat timestamptz, version bigint NOT"
                    + " NULL, priority smallint, state text, PRIMARY KEY (task_name, task_instance))";

    private final HikariDataSource pool;
    private final Scheduler scheduler;
    private final OneTimeTask<String> task;

    DbScheduler(URI stub, String database) throws SQLException {
        Post post = Post.toPinterest(stub);
        this.pool = Pool.open(database);
        createTable();
        this.task = Tasks.oneTime("send", String.class).execute((sale, context) -> send(post, sale.getData()));
        this.scheduler = Scheduler.create(pool, task)
                .threads(THREADS)
                .pollUsingLockAndFetch(4.0, 20.0)
                .pollingInterval(Duration.ofMillis(100))
                .enableImmediateExecution()
                .build();
        scheduler.start();
    }

    private void createTable() throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(TABLE);
            statement.executeUpdate("CREATE INDEX execution_time_idx ON scheduled_tasks (execution_time)");
            statement.executeUpdate("CREATE INDEX last_heartbeat_idx ON scheduled_tasks (last_heartbeat)");
        }
    }

    private static void send(Post post, String eventJson) {
        try {
            post.json(PinterestBody.of(eventJson));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void deliver(List<Sale> sales) throws InterruptedException {
        Callers.each(
                sales,
                sale -> scheduler.schedule(task.instance(sale.orderId(), PinterestBody.event(sale)), Instant.now()));
    }

    @Override
    public boolean isSettled() throws SQLException {
        return TableRows.none(pool, "scheduled_tasks");
    }

    @Override
    public void close() {
        scheduler.stop();
        pool.close();
    }
}
