// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.outbox.JdbcOutbox;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxView;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The place of an outbox: a file, or the URL of a database. Nothing is created there. */
final class OutboxLocation {
    private static final String JDBC = "jdbc:";
    private static final Pattern PARAMETERS = Pattern.compile("[?;#].*");
    private static final Pattern LOGIN = Pattern.compile("//[^/@]*@");

    private final String text;
    private final DatabaseOptions options;

    OutboxLocation(String text, DatabaseOptions options) {
        this.text = text;
        this.options = options;
    }

    /** Returns whether it is a database, which other processes may use at the same time. */
    boolean isDatabase() {
        return text.startsWith(JDBC);
    }

    /**
     * Opens the outbox for reading.
     *
     * @throws UsageException if there is no such file, or no driver for the database
     */
    OutboxView inspect() {
        return isDatabase() ? JdbcOutbox.inspect(options.dataSource(text)) : SqliteOutbox.inspect(file());
    }

    /** Opens the outbox; a file exclusively. The caller closes it. */
    Outbox open() {
        return isDatabase() ? JdbcOutbox.of(options.dataSource(text)) : SqliteOutbox.open(file());
    }

    /** Returns the ad accounts that have events in it. */
    List<String> adAccounts() {
        try (OutboxView view = inspect()) {
            return view.adAccounts();
        }
    }

    private Path file() {
        Path file;
        try {
            file = Path.of(text);
        } catch (InvalidPathException e) {
            throw new UsageException(
                    "The outbox is invalid: name its file, or a database as jdbc:postgresql://HOST/NAME");
        }
        if (!Files.exists(file)) {
            throw new UsageException(
                    "The outbox \"" + file + "\" does not exist: \"epik send --outbox\" or an application creates one");
        }
        return file;
    }

    /** Returns the place for messages, without user, password and parameters of a database. */
    @Override
    public String toString() {
        return isDatabase() ? display(text) : text;
    }

    /** Returns a JDBC URL for messages, without user, password and parameters. */
    static String display(String url) {
        return LOGIN.matcher(PARAMETERS.matcher(url).replaceFirst("")).replaceFirst("//");
    }
}
