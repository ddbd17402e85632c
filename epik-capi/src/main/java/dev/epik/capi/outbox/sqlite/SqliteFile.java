// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.sqlite;

import dev.epik.capi.EpikException;
import dev.epik.capi.failure.ContainedLog;
import dev.epik.capi.file.PrivateFile;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.table.Dialect;
import dev.epik.capi.outbox.table.OutboxTable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.jdbc4.JDBC4Connection;

/** Creates, checks, migrates and opens the SQLite file of an outbox. */
public final class SqliteFile {
    private static final Logger LOG = System.getLogger(SqliteFile.class.getName());

    /** "EPIK". */
    private static final int APPLICATION_ID = 0x4550494B;

    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String MAGIC = "SQLite format 3\0";
    private static final int HEADER_BYTES = 100;

    /**
     * Pages of 4 kB in the {@code -wal} after which SQLite copies them to the file. With SQLite's default of 1,000,
     * pages that change often are copied more often, and an event costs a sixth more.
     */
    private static final int CHECKPOINT_PAGES = 4000;

    /** The size to which the {@code -wal} is cut when it is begun anew. It holds the pages between two checkpoints. */
    public static final long MAX_WAL_BYTES = 17L << 20;

    /**
     * The size up to which the whole file is checked when it is opened. A crash does not damage the file; the check
     * finds damage by disks and by people.
     */
    private static final long MAX_FULL_CHECK_BYTES = 32L << 20;

    /** File systems on which WAL does not work: it needs memory that all openers share, and a real sync. */
    private static final Set<String> NETWORK_FILE_SYSTEMS = Set.of(
            "nfs",
            "cifs",
            "smb",
            "smbfs",
            "afs",
            "ceph",
            "lustre",
            "glusterfs",
            "gpfs",
            "beegfs",
            "9p",
            "vboxsf",
            "sshfs",
            "vmhgfs",
            "prl_fs",
            "ncpfs",
            "webdav",
            "davfs",
            "s3fs",
            "gcsfuse",
            "rclone");

    private SqliteFile() {}

    /** Returns the real path of the file, with all links resolved. */
    public static Path locate(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new EpikException(
                    "The outbox " + file + " is a directory: name a file in it, such as epik-outbox.db");
        }
        if (file.toString().contains("?")) {
            throw new EpikException("The outbox " + file
                    + " has a ? in its path, which SQLite's driver takes for settings: name it without");
        }
        if (Files.exists(file)) {
            return file.toRealPath();
        }
        Path directory = file.toAbsolutePath().normalize().getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw new EpikException(
                    "The directory " + directory + " of the outbox does not exist: create it on a disk that"
                            + " outlives the process, for the user it runs as");
        }
        return directory.toRealPath().resolve(file.getFileName());
    }

    /** Returns the directory of a located file. */
    public static Path directory(Path file) {
        return Objects.requireNonNull(file.getParent());
    }

    /**
     * Refuses a file on a network file system.
     *
     * @param fileSystem as the operating system calls it
     */
    public static void refuseNetwork(Path file, String fileSystem) {
        String type = fileSystem.toLowerCase(Locale.ROOT);
        String plain = type.startsWith("fuse.") ? type.substring("fuse.".length()) : type.replaceAll("[2-4]$", "");
        if (NETWORK_FILE_SYSTEMS.contains(plain)) {
            throw new EpikException("The outbox " + file + " lies on a network file system (" + type
                    + "), which cannot keep what SQLite promises: name a file on a local disk, or use a JdbcOutbox");
        }
    }

    /**
     * Opens the file to write, creates it if it is missing, and migrates it. The caller holds the lock. A new file gets
     * its tables before it gets its name, so that a file without tables is not ours.
     */
    static Connection open(Path file) throws IOException, SQLException {
        if (!Files.exists(file)) {
            create(file);
        }
        check(file);
        PrivateFile.restrict(file);
        Connection connection = connect(file, new Properties());
        try {
            set(connection, "journal_mode", "wal");
            set(connection, "synchronous", "2");
            set(connection, "secure_delete", "1");
            set(connection, "fullfsync", "1");
            set(connection, "checkpoint_fullfsync", "1");
            pragma(connection, "busy_timeout = 5000");
            pragma(connection, "wal_autocheckpoint = " + CHECKPOINT_PAGES);
            pragma(connection, "journal_size_limit = " + MAX_WAL_BYTES);
            checkContent(file, connection);
            migrate(connection);
            return connection;
        } catch (SQLException | IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** Opens the file to read, beside a process that writes. */
    static Connection openToRead(Path file) throws IOException, SQLException {
        if (!Files.exists(file)) {
            throw new EpikException("There is no outbox " + file + ": give the path that the shop was opened with");
        }
        check(file);
        Properties settings = new Properties();
        settings.setProperty("open_mode", "1"); // SQLITE_OPEN_READONLY
        Connection connection = connect(file, settings);
        pragma(connection, "busy_timeout = 5000");
        return connection;
    }

    /** Returns the schema of the tables. */
    static int schema(Connection connection) throws SQLException {
        return Integer.parseInt(pragma(connection, "user_version"));
    }

    /**
     * Migrates a file of schema 1, in one transaction. The header of the file gets the new version before anything else
     * is stored: an older Epik reads only the header.
     */
    private static void migrate(Connection connection) throws SQLException {
        if (schema(connection) == OutboxTable.SCHEMA) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("BEGIN IMMEDIATE");
            try {
                for (String each : Dialect.script(Dialect.SQLITE.migrationFile())) {
                    statement.executeUpdate(each);
                }
                statement.executeUpdate("COMMIT");
            } catch (SQLException e) {
                statement.executeUpdate("ROLLBACK");
                throw e;
            }
        }
        pragma(connection, "wal_checkpoint(TRUNCATE)");
    }

    private static void create(Path file) throws IOException, SQLException {
        Path draft = beside(file, ".new");
        for (String ending : new String[] {"", "-journal", "-wal", "-shm"}) {
            Files.deleteIfExists(beside(draft, ending)); // a start that was cut off
        }
        keepOrphan(beside(file, "-wal"), file);
        Files.deleteIfExists(beside(file, "-journal")); // of a file that is gone
        Files.deleteIfExists(beside(file, "-shm"));
        PrivateFile.createIfMissing(draft);
        try (Connection connection = connect(draft, new Properties());
                Statement statement = connection.createStatement()) {
            for (String each : Dialect.script(Dialect.SQLITE.file())) {
                statement.executeUpdate(each);
            }
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        PrivateFile.syncDirectory(directory(file));
    }

    /** Returns the path of a file whose name is that of another and an ending. */
    public static Path beside(Path file, String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }

    /** Returns the time now, to be a part of a file's name. */
    static String timestamp() {
        return TIMESTAMP.format(Instant.now());
    }

    /**
     * Renames a {@code -wal} whose file is not there, if it has any content: SQLite would delete it or take it for
     * another file's.
     */
    static void keepOrphan(Path wal, Path file) throws IOException {
        Path orphan = beside(wal, ".orphan-" + timestamp());
        if (moveWal(wal, orphan)) {
            ContainedLog.log(
                    LOG,
                    Level.WARNING,
                    "{0} belongs to a file that is no longer there, and holds what was stored last. It is now {1}. To recover"
                            + " its events, stop this process, move that file back to {2}, rename {1} to {0}, and start again",
                    wal,
                    orphan,
                    file);
        }
    }

    /** Renames a {@code -wal}, or deletes it if it is empty. Returns whether it was renamed. */
    static boolean moveWal(Path wal, Path target) throws IOException {
        if (!Files.exists(wal)) {
            return false;
        }
        if (Files.size(wal) == 0) {
            Files.delete(wal);
            return false;
        }
        Files.move(wal, target);
        return true;
    }

    /**
     * Checks the first bytes of the file. SQLite is not asked, because it would begin to repair a file that is not
     * ours.
     */
    private static void check(Path file) throws IOException {
        byte[] header = new byte[HEADER_BYTES];
        int read;
        try (InputStream in = Files.newInputStream(file)) {
            read = in.readNBytes(header, 0, HEADER_BYTES);
        }
        if (read == 0) {
            throw new OutboxException(
                    file + " is empty: an outbox never is. If events may have been in it, bring back a"
                            + " backup; else delete it, and a new one is made");
        }
        boolean sqlite = new String(header, 0, MAGIC.length(), StandardCharsets.US_ASCII).equals(MAGIC);
        if (!sqlite || read < HEADER_BYTES || ByteBuffer.wrap(header).getInt(68) != APPLICATION_ID) {
            throw new EpikException(
                    file + " is there and is no outbox of Epik's: name another file; this one is not touched");
        }
        int version = ByteBuffer.wrap(header).getInt(60);
        if (version > OutboxTable.SCHEMA) {
            throw new EpikException("The outbox " + file + " was made by a newer Epik (schema " + version
                    + ", this one knows " + OutboxTable.SCHEMA + "): update this one, or name another file");
        }
    }

    private static Connection connect(Path file, Properties settings) throws SQLException {
        try {
            // Not by the driver manager: it would keep this class, and a web application's class loader with it.
            return new JDBC4Connection("jdbc:sqlite:" + file, file.toString(), settings);
        } catch (NoClassDefFoundError e) {
            throw new EpikException("SqliteOutbox needs the library org.xerial:sqlite-jdbc: add it to the class path");
        }
    }

    private static void set(Connection connection, String pragma, String value) throws SQLException {
        pragma(connection, pragma + " = " + value);
        String got = pragma(connection, pragma);
        if (!value.equals(got)) {
            throw new OutboxException("SQLite does not take " + pragma + " = " + value + " here, it has " + got
                    + ": without it what is stored is not safe. Is the directory on a local disk, and writable?");
        }
    }

    private static void checkContent(Path file, Connection connection) throws SQLException, IOException {
        String verdict = Files.size(file) <= MAX_FULL_CHECK_BYTES
                ? pragma(connection, "quick_check(1)")
                : pragma(connection, "user_version").isEmpty() ? "no header" : "ok";
        if (!verdict.equals("ok")) {
            throw damaged(file, "quick_check", null);
        }
    }

    private static String pragma(Connection connection, String pragma) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (!statement.execute("PRAGMA " + pragma)) {
                return "";
            }
            try (ResultSet row = statement.getResultSet()) {
                return row.next() ? String.valueOf(row.getString(1)) : "";
            }
        }
    }

    /** Describes an error by its code and its cure. SQLite's own message may quote values. */
    public static OutboxException describe(Path file, SQLException cause) {
        SQLiteErrorCode code =
                cause instanceof SQLiteException known ? known.getResultCode() : SQLiteErrorCode.UNKNOWN_ERROR;
        String name = code.name();
        if (name.startsWith("SQLITE_CORRUPT") || code == SQLiteErrorCode.SQLITE_NOTADB) {
            return damaged(file, name, cause);
        }
        String cure = "look at the disk, and try again";
        if (code == SQLiteErrorCode.SQLITE_FULL) {
            cure = "the disk is full. The transaction changed nothing; free some space, and it goes on by itself";
        } else if (name.startsWith("SQLITE_READONLY") || name.startsWith("SQLITE_CANTOPEN")) {
            cure = "may this process write the file, those beside it, and their directory?";
        } else if (name.startsWith("SQLITE_BUSY") || name.startsWith("SQLITE_LOCKED")) {
            cure = "another program has it open and locked: end that";
        }
        return new OutboxException("The outbox " + file + " failed, " + name + ": " + cure, cause);
    }

    private static OutboxException damaged(Path file, String how, @org.jspecify.annotations.Nullable Throwable cause) {
        return new OutboxException(
                "The outbox " + file + " is damaged or cut short (" + how
                        + "): keep a copy of it and of the files beside it,"
                        + " save what can be with \"sqlite3 FILE .recover\", and begin with a new file",
                cause);
    }
}
