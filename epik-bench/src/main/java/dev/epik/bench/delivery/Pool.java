// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/** The application's connection pool, large enough that no client waits for a connection. */
final class Pool {
    private static final int CONNECTIONS = 32;

    private Pool() {}

    static HikariDataSource open(String database) {
        HikariConfig options = new HikariConfig();
        options.setJdbcUrl(database);
        options.setMaximumPoolSize(CONNECTIONS);
        return new HikariDataSource(options);
    }
}
