// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** A data source that can be made to hang: then no call to it or to its connections returns. Thread-safe. */
final class HangingDatabase extends DelegatingDataSource {
    private volatile CountDownLatch open = new CountDownLatch(0);

    HangingDatabase(DataSource target) {
        super(target);
    }

    void hang() {
        open = new CountDownLatch(1);
    }

    void goOn() {
        open.countDown();
    }

    private void await() throws SQLException {
        try {
            open.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException(e);
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        await();
        Connection connection = super.getConnection();
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    await();
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
