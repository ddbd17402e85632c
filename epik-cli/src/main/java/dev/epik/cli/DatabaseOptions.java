// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Properties;
import java.util.ServiceLoader;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for an outbox in a database. The password has no option: other users can read a command line. */
final class DatabaseOptions {
    private static final String PASSWORD = "EPIK_DB_PASSWORD";

    @Option(
            names = "--db-user",
            paramLabel = "USER",
            defaultValue = "${env:EPIK_DB_USER}",
            description = "Default: EPIK_DB_USER. Password: " + PASSWORD + ".")
    @Nullable
    String user;

    @Option(names = "--driver", paramLabel = "PATH", description = "Jar of the JDBC driver; PostgreSQL's is included.")
    @Nullable
    Path driver;

    /**
     * Returns a data source for this URL. Does not connect.
     *
     * @throws UsageException if there is no driver for it
     */
    DataSource dataSource(String url) {
        Properties login = new Properties();
        if (user != null && !user.isBlank()) {
            login.setProperty("user", user.strip());
        }
        String password = System.getenv(PASSWORD);
        if (password != null) {
            login.setProperty("password", password);
        }
        return new DriverDataSource(driverFor(url), url, login);
    }

    private Driver driverFor(String url) {
        for (Driver each : ServiceLoader.load(Driver.class, classes())) {
            try {
                if (each.acceptsURL(url)) {
                    return each;
                }
            } catch (SQLException ignored) {
                // not this one
            }
        }
        throw new UsageException("There is no JDBC driver for " + OutboxLocation.display(url)
                + ": name its jar with --driver, such as --driver mariadb-java-client-3.5.1.jar");
    }

    private ClassLoader classes() {
        if (driver == null) {
            return DatabaseOptions.class.getClassLoader();
        }
        if (!Files.isRegularFile(driver)) {
            throw new UsageException("--driver is invalid: there is no file \"" + driver + "\"");
        }
        try {
            return new URLClassLoader(
                    new URL[] {driver.toUri().toURL()}, DatabaseOptions.class.getClassLoader()); // open until the end
        } catch (MalformedURLException e) {
            throw new UsageException("--driver is invalid: \"" + driver + "\" is not the path of a file");
        }
    }
}
