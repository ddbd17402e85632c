// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code epik.outbox.*}: where events wait until Pinterest has answered. A misspelt property fails the
 * start. Immutable.
 *
 * @param type Where events are stored. By default sqlite if epik.outbox.file is set, otherwise jdbc if there is a
 *     DataSource.
 * @param file File of the SQLite outbox, in a directory that outlives the application.
 * @param dataSource Name of the DataSource bean of the JDBC outbox. Needed if there are several and none is primary.
 * @param createTables Whether missing tables are created and old ones migrated when the outbox is opened.
 * @param payloadKeys Keys by which events are encrypted before they are stored, such as 2026:BASE64, the current one
 *     first. By default those of a PayloadKeys bean, otherwise events are stored in clear.
 */
@ConfigurationProperties(prefix = "epik.outbox", ignoreUnknownFields = false)
public record EpikOutboxProperties(
        @Nullable OutboxType type,
        @Nullable String file,
        @Nullable String dataSource,
        @DefaultValue("true") boolean createTables,
        @Nullable String payloadKeys) {
    /** The kind of outbox. */
    public enum OutboxType {
        /** In a database. */
        JDBC,
        /** In a file. */
        SQLITE,
        /** In memory: everything is lost when the application stops. */
        MEMORY,
        /** In a topic of Kafka, see {@link EpikKafkaProperties}. */
        KAFKA
    }

    boolean isSet() {
        return type != null || file != null || dataSource != null;
    }

    /** Does not show the keys. */
    @Override
    public String toString() {
        return "EpikOutboxProperties[type=" + type + ", file=" + file + ", dataSource=" + dataSource + ", createTables="
                + createTables + "]";
    }
}
