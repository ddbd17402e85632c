// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.jdbc;

import dev.epik.capi.EpikException;
import javax.sql.DataSource;

/**
 * Recognizes data sources that choose a database by the calling thread. Epik's statements run on threads of its own,
 * for which such a data source chooses a default database, or fails.
 */
public final class RoutingDataSource {
    public static final String CURE =
            "Epik's statements run on threads of its own: if the data source chooses the database by the calling"
                    + " thread, open one client for each database, with the data source of that database";

    private static final String SPRING = "org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource";

    private RoutingDataSource() {}

    /**
     * Refuses Spring's {@code AbstractRoutingDataSource}, also inside a data source that can be unwrapped.
     *
     * @throws EpikException with the cure
     */
    public static void refuse(DataSource database) {
        if (isRouting(database, SPRING)) {
            throw new EpikException("JdbcOutbox does not take an AbstractRoutingDataSource. " + CURE);
        }
    }

    /** Returns whether the data source is, or wraps, an instance of the class with this name. */
    static boolean isRouting(DataSource database, String className) {
        for (Class<?> type = database.getClass(); type != null; type = type.getSuperclass()) {
            if (type.getName().equals(className)) {
                return true;
            }
        }
        ClassLoader loader = database.getClass().getClassLoader();
        try {
            return loader != null && database.isWrapperFor(Class.forName(className, false, loader));
        } catch (Throwable ignored) { // not on the class path, or a data source that cannot be asked
            return false;
        }
    }
}
