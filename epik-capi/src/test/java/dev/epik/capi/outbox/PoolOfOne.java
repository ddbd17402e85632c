// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A pool of one connection, without a timeout: a borrower waits until the connection is returned. Thread-safe. */
final class PoolOfOne {
    private final DataSource real;
    private final Databases.Instead instead;
    private final Semaphore free = new Semaphore(1, true);
    private final AtomicInteger aborted = new AtomicInteger();
    private volatile @Nullable Connection connection;

    PoolOfOne(DataSource real) {
        this(real, (method, arguments, call) -> call.call());
    }

    /** @param instead the code that runs instead of a method, or before it */
    PoolOfOne(DataSource real, Databases.Instead instead) {
        this.real = real;
        this.instead = instead;
    }

    DataSource dataSource() {
        return (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> method.getName().equals("getConnection") ? borrow() : false);
    }

    boolean isFree() {
        return free.availablePermits() == 1;
    }

    /** Returns the number of aborted connections. */
    int aborted() {
        return aborted.get();
    }

    private Connection borrow() throws SQLException {
        try {
            free.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted", e);
        }
        Connection lent = connection;
        if (lent == null || lent.isClosed()) {
            lent = real.getConnection();
            connection = lent;
        }
        return Databases.with(lent, (method, arguments, call) -> {
            if (method.equals("close")) {
                free.release();
                return null;
            }
            if (method.equals("abort")) {
                aborted.incrementAndGet();
                connection = null;
            }
            return instead.call(method, arguments, call);
        });
    }
}
