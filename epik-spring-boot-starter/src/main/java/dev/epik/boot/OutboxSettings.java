// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.boot.EpikOutboxProperties.OutboxType;
import dev.epik.capi.EpikClient;
import dev.epik.capi.outbox.JdbcOutbox;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.PayloadKeys;
import dev.epik.capi.outbox.spi.RetriedOutbox;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/** Opens the outbox that the properties name. */
final class OutboxSettings {
    private static final Logger LOG = System.getLogger(OutboxSettings.class.getName());

    private static final String KEYS = "epik.outbox.payload-keys";
    private static final int MEMORY_EVENTS = 10_000;

    /** Types of file systems that end with the container or the machine. */
    private static final Set<String> TEMPORARY = Set.of("overlay", "overlayfs", "tmpfs", "ramfs");

    private final EpikOutboxProperties properties;
    private final ConfigurableListableBeanFactory beans;

    OutboxSettings(EpikOutboxProperties properties, ConfigurableListableBeanFactory beans) {
        this.properties = properties;
        this.beans = beans;
    }

    /**
     * Opens the outbox. If it cannot be opened now, that is tried again in the background.
     *
     * @param beanName the name of the outbox's bean, which is destroyed before its data source
     */
    Outbox open(String beanName) {
        String[] names = dataSourceNames();
        return switch (choose(properties.type(), properties.file() != null, names.length > 0)) {
            case JDBC -> {
                DataSource database = dataSource();
                Arrays.stream(names).forEach(name -> beans.registerDependentBean(name, beanName));
                yield RetriedOutbox.open(() -> JdbcOutbox.builder(database)
                        .createTables(properties.createTables())
                        .open());
            }
            case SQLITE -> {
                Path file = file();
                warnIfTemporary(file);
                yield RetriedOutbox.open(() -> SqliteOutbox.open(file));
            }
            case MEMORY -> MemoryOutbox.ofCapacity(MEMORY_EVENTS);
            case KAFKA -> throw new IllegalStateException("Kafka's store is a bean of another type");
        };
    }

    /**
     * Gives the client the keys of the property or of a bean. Several beans fail the start: without a choice, events
     * would be stored in clear.
     */
    static void encrypt(EpikOutboxProperties properties, ObjectProvider<PayloadKeys> beans, EpikClient.Builder client) {
        PayloadKeys bean = beans.getIfAvailable();
        String text = properties.payloadKeys();
        if (text != null && bean != null) {
            throw new SettingException(
                    KEYS + " is set, and the application has a PayloadKeys bean", "Remove one of them");
        }
        if (text != null) {
            client.payloadKeys(SettingException.check(KEYS, () -> PayloadKeys.parse(text)));
        } else if (bean != null) {
            client.payloadKeys(bean);
        }
    }

    static OutboxType choose(@Nullable OutboxType type, boolean hasFile, boolean hasDataSource) {
        if (type == OutboxType.JDBC && !hasDataSource) {
            throw new SettingException(
                    "epik.outbox.type is jdbc, and the application has no DataSource",
                    "Configure one, such as by spring.datasource.url, or set epik.outbox.type to sqlite");
        }
        if (type != null) {
            return type;
        }
        if (hasFile) {
            return OutboxType.SQLITE;
        }
        if (hasDataSource) {
            return OutboxType.JDBC;
        }
        throw new SettingException(
                "There is no place to store events: the application has no DataSource, and epik.outbox.file is not set",
                "Set epik.outbox.file to a file that outlives the application, or epik.outbox.type to kafka, or, if"
                        + " events may be lost at every stop, to memory");
    }

    private String[] dataSourceNames() {
        return beans.getBeanNamesForType(DataSource.class, true, false);
    }

    /** Returns the data source of the setting, or the only one, or the primary one. */
    DataSource dataSource() {
        String name = properties.dataSource();
        if (name != null) {
            if (!Arrays.asList(dataSourceNames()).contains(name)) {
                throw new SettingException(
                        "epik.outbox.data-source is \"" + name + "\", and there is no such DataSource bean",
                        "Name one of " + Arrays.toString(dataSourceNames()));
            }
            return beans.getBean(name, DataSource.class);
        }
        DataSource only = beans.getBeanProvider(DataSource.class).getIfUnique();
        if (only == null) {
            throw new SettingException(
                    "There are several DataSource beans, " + Arrays.toString(dataSourceNames())
                            + ", and none is primary",
                    "Set epik.outbox.data-source to the name of one of them");
        }
        return only;
    }

    private Path file() {
        String file = properties.file();
        if (file == null || file.isBlank()) {
            throw new SettingException(
                    "epik.outbox.type is sqlite, and epik.outbox.file is not set",
                    "Set it to a file in a directory that outlives the application");
        }
        if (!ClassUtils.isPresent("org.sqlite.JDBC", getClass().getClassLoader())) {
            throw new SettingException(
                    "The outbox is the file " + file + ", and the driver of SQLite is not on the class path",
                    "Add org.xerial:sqlite-jdbc to the dependencies");
        }
        return AccountSettings.path("epik.outbox.file", file);
    }

    static void warnIfTemporary(Path file) {
        try {
            Path directory = file.toAbsolutePath();
            while (!Files.exists(directory) && directory.getParent() != null) {
                directory = directory.getParent();
            }
            String type = Files.getFileStore(directory).type();
            if (isTemporary(type)) {
                LOG.log(
                        Level.WARNING,
                        "The outbox {0} is on a file system of type {1}, which ends with the container or the machine,"
                                + " and with it every event that waits: put the file on a volume",
                        file,
                        type);
            }
        } catch (IOException | RuntimeException ignored) {
            // opening the outbox reports what is wrong with the file
        }
    }

    static boolean isTemporary(String fileSystem) {
        return TEMPORARY.contains(fileSystem);
    }
}
