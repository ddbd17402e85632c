// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** A data source whose database seems to have a clock that is ahead: it rewrites the statements that read the clock. */
final class ShiftedDatabaseClock {
    private ShiftedDatabaseClock() {}

    static DataSource of(DataSource database, Supplier<Duration> ahead) {
        return proxy(DataSource.class, database, (proxy, method, arguments) -> {
            Object result = method.invoke(database, arguments);
            return result instanceof Connection connection ? shifted(connection, ahead) : result;
        });
    }

    /** Returns a clock of this process that is as far ahead. */
    static Clock ofProcess(Supplier<Duration> ahead) {
        return new Clock() {
            @Override
            public Instant instant() {
                return Instant.now().plus(ahead.get());
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
    }

    private static Connection shifted(Connection connection, Supplier<Duration> ahead) {
        return proxy(Connection.class, connection, (proxy, method, arguments) -> {
            if (method.getName().equals("prepareStatement")) {
                arguments[0] = shifted((String) arguments[0], ahead.get().toMillis());
            }
            return method.invoke(connection, arguments);
        });
    }

    private static String shifted(String sql, long millis) {
        return millis == 0
                ? sql
                : sql.replace("clock_timestamp()", "(clock_timestamp() + INTERVAL '" + millis + " milliseconds')")
                        .replace("UTC_TIMESTAMP(6)", "(UTC_TIMESTAMP(6) + INTERVAL " + millis * 1000 + " MICROSECOND)");
    }

    private static <T> T proxy(Class<T> type, T target, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(
                target.getClass().getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    try {
                        return handler.invoke(proxy, method, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                }));
    }
}
