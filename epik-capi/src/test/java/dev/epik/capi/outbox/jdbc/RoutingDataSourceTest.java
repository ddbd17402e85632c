// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.jdbc;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.outbox.JdbcOutbox;
import dev.epik.capi.outbox.spi.OutboxException;
import java.lang.reflect.Proxy;
import java.util.function.BiFunction;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class RoutingDataSourceTest {
    /** Represents a routing data source. */
    private interface Routing extends DataSource {}

    private static <T extends DataSource> T dataSource(Class<T> type, BiFunction<String, Object[], Object> answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, given) -> answer.apply(method.getName(), given)));
    }

    @Test
    void aDataSourceIsRecognizedByItsClassAndByWhatItWraps() {
        DataSource plain = dataSource(DataSource.class, (method, given) -> false);
        DataSource wrapper = dataSource(Routing.class, (method, given) -> given[0] == Routing.class);
        assertTrue(RoutingDataSource.isRouting(plain, Proxy.class.getName()));
        assertTrue(RoutingDataSource.isRouting(wrapper, Routing.class.getName()));
        assertFalse(RoutingDataSource.isRouting(plain, Routing.class.getName()));
        assertFalse(RoutingDataSource.isRouting(wrapper, "org.example.NotThere"));
    }

    @Test
    void dataSourceWithoutADatabaseForOurThreadIsReportedWithTheCure() {
        DataSource routes = dataSource(DataSource.class, (method, given) -> {
            if (method.equals("getConnection")) {
                throw new IllegalStateException("Cannot determine target DataSource for lookup key [null]");
            }
            return false;
        });
        var refused = assertThrows(OutboxException.class, () -> JdbcOutbox.of(routes));
        assertTrue(refused.getMessage().contains("open one client for each database"), refused::getMessage);
    }
}
