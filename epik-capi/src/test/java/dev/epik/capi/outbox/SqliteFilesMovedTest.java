// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.testing.ChildJvm;
import dev.epik.testing.LogCapture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that acknowledged events are in the file at the path, even if other programs delete, move or replace the files
 * of an open outbox.
 */
@Timeout(120)
class SqliteFilesMovedTest {
    private static final Duration LEASE = Duration.ofMinutes(3);

    private final LogCapture log = LogCapture.ofPackage("dev.epik.capi");

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("outbox.db");
    }

    @AfterEach
    void endListening() {
        log.close();
    }

    // --- other processes

    /** Runs the shell of SQLite. Returns its output. */
    private static String sqlite3(Path file, String sql) throws IOException {
        Process process = new ProcessBuilder("sqlite3", file.toString(), sql)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    private static boolean hasSqlite3() {
        try {
            return sqlite3(Path.of(":memory:"), "SELECT 1").equals("1");
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Ends as the last process that has a database open ends with SQLite 3.40: moves the -wal to the file, and deletes
     * it.
     */
    static final class LastReader {
        private LastReader() {}

        /** Prints how many rows there are. Argument: the file. */
        public static void main(String... arguments) throws SQLException, IOException {
            Path file = Path.of(arguments[0]);
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM epik_outbox")) {
                System.out.println(row.getInt(1));
                statement.execute("PRAGMA wal_checkpoint(PASSIVE)");
            }
            Files.delete(file.resolveSibling(file.getFileName() + "-wal"));
            Files.delete(file.resolveSibling(file.getFileName() + "-shm"));
        }

        static int count(Path file) throws IOException {
            return Integer.parseInt(ChildJvm.run(LastReader.class, file.toString()));
        }
    }

    private static StoredEvent event(String id) {
        return new StoredEvent("1", "checkout", id, "{\"canary\":1}", Instant.now(), false);
    }

    private static void add(Outbox outbox, String prefix, int events) {
        for (int i = 0; i < events; i++) {
            assertEquals(EventStore.Added.STORED, outbox.add(event(prefix + i)).join());
        }
    }

    /** Returns the number of events that the files would have after a crash now. */
    private int afterACrash() throws IOException {
        Path copy = Files.createTempDirectory(directory, "crashed").resolve("outbox.db");
        for (String ending : List.of("", "-wal")) {
            if (Files.exists(beside(ending))) {
                Files.copy(beside(ending), copy.resolveSibling("outbox.db" + ending));
            }
        }
        try (SqliteOutbox left = SqliteOutbox.open(copy)) {
            return left.backlog("1").waiting();
        }
    }

    private Path beside(String ending) {
        return directory.resolve("outbox.db" + ending);
    }

    private List<Path> filesNamed(String beginning) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(each -> each.getFileName().toString().startsWith(beginning))
                    .toList();
        }
    }

    private long logged(String level, String words) {
        return log.lines().stream()
                .filter(line -> line.startsWith(level) && line.contains(words))
                .count();
    }

    // --- deleted or replaced

    @Test
    void readerInAnotherProcessChangesNothing() throws Exception {
        Assumptions.assumeTrue(hasSqlite3(), "EPIK: no sqlite3 here");
        try (SqliteOutbox outbox = SqliteOutbox.open(file)) {
            add(outbox, "before-", 10);
            assertEquals("10", sqlite3(file, "SELECT COUNT(*) FROM epik_outbox"));
            add(outbox, "after-", 10);
            assertEquals(20, afterACrash());
        }
        assertEquals(List.of(), log.lines());
    }

    @Test
    void copyInThisProcessAndThenAReaderInAnotherLoseNothing() throws Exception {
        Assumptions.assumeTrue(hasSqlite3(), "EPIK: no sqlite3 here");
        try (SqliteOutbox outbox = SqliteOutbox.open(file)) {
            for (int round = 1; round <= 3; round++) {
                add(outbox, round + "-before-", 10);
                Files.copy(file, directory.resolve("backup-" + round + ".db")); // drops the locks of SQLite
                String rows = Integer.toString(round * 20 - 10);
                assertEquals(rows, sqlite3(file, "SELECT COUNT(*) FROM epik_outbox"));
                add(outbox, round + "-after-", 10);
                assertEquals(round * 20, afterACrash());
            }
        }
        try (SqliteOutbox outbox = SqliteOutbox.open(file)) {
            assertEquals(60, outbox.backlog("1").waiting());
        }
    }

    @Test
    void deletedWalLosesNothing() throws Exception {
        try (SqliteOutbox outbox = SqliteOutbox.open(file)) {
            add(outbox, "before-", 10);
            assertEquals(10, LastReader.count(file));
            add(outbox, "after-", 10);
            assertEquals(20, outbox.backlog("1").waiting());
            assertEquals(20, afterACrash());
            assertEquals(1, logged("SEVERE", "outbox.db-wal was deleted or replaced"), log.lines()::toString);
            assertEquals(20, LastReader.count(file));
            add(outbox, "more-", 1);
            assertEquals(21, afterACrash());
        }
        try (SqliteOutbox outbox = SqliteOutbox.open(file)) {
            assertEquals(21, outbox.backlog("1").waiting());
        }
        assertEquals(List.of(beside(".lock")), filesNamed("outbox.db."), "left beside it");
    }

    @Test
    void deletedFileIsRestoredWithAllThatWasInIt() throws Exception {
        try (SqliteOutbox outbox = SqliteOutbox.open(file)) {
            add(outbox, "", 5);
            Batch first = outbox.claim("1", ClaimKind.ONLINE, 2, 1 << 20, LEASE).orElseThrow();
            outbox.settle(
                    first,
                    List.of(
                            Settlement.of(first.claimed().get(0), new Outcome.Accepted("")),
                            Settlement.of(first.claimed().get(1), new Outcome.Rejected("bad"))));
            Batch leased =
                    outbox.claim("1", ClaimKind.ONLINE, 1, 1 << 20, LEASE).orElseThrow();
            for (String ending : List.of("", "-wal", "-shm", ".lock")) {
                Files.delete(beside(ending));
            }
            assertEquals(EventStore.Added.STORED, outbox.add(event("new")).join());
            assertEquals(4, afterACrash());
            assertEquals(1, logged("SEVERE", "outbox.db was deleted or replaced"), log.lines()::toString);
            assertEquals(1, outbox.deadLetters("1", 9).size());
            String delivered = first.events().get(0).id();
            assertEquals(
                    EventStore.Added.ALREADY_DELIVERED,
                    outbox.add(event(delivered)).join(),
                    "delivered, and is not sent again");
            Settlement accepted = Settlement.of(leased.claimed().get(0), new Outcome.Accepted(""));
            assertEquals(1, outbox.settle(leased, List.of(accepted)).settled(), "under way, and still ours");
            assertEquals(List.of(), outbox.verify());
            for (String ending : List.of("", "-wal", "-shm", ".lock")) {
                assertEquals(
                        "rw-------",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(beside(ending))),
                        ending);
            }
        }
        assertEquals(1, logged("SEVERE", ""));
    }

    @Test
    void fileDeletedWhileNothingIsStoredIsRestoredOnClose() throws Exception {
        SqliteOutbox outbox = SqliteOutbox.open(file);
        add(outbox, "", 5);
        Files.delete(file);
        outbox.close();
        try (SqliteOutbox again = SqliteOutbox.open(file)) {
            assertEquals(5, again.backlog("1").waiting());
        }
    }

    @Test
    void fileThatReplacedTheOutboxIsKeptBesideIt() throws Exception {
        Path other = directory.resolve("other.db");
        try (SqliteOutbox outbox = SqliteOutbox.open(other)) {
            add(outbox, "other-", 3);
        }
        try (SqliteOutbox outbox = SqliteOutbox.open(file)) {
            add(outbox, "", 5);
            Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
            add(outbox, "more-", 1);
            assertEquals(6, afterACrash());
        }
        List<Path> found = filesNamed("outbox.db.found-");
        assertEquals(1, found.size());
        try (SqliteOutbox outbox = SqliteOutbox.open(found.get(0))) {
            assertEquals(3, outbox.backlog("1").waiting());
        }
        assertEquals(1, logged("SEVERE", found.get(0).toString()));
    }

    @Test
    void movedFileIsLeftWhereItIs() throws Exception {
        Path moved = directory.resolve("moved.db");
        try (SqliteOutbox outbox = SqliteOutbox.open(file)) {
            add(outbox, "", 5);
            Files.move(file, moved);
            add(outbox, "more-", 1);
            assertEquals(6, afterACrash());
        }
        assertTrue(Files.exists(moved));
    }

    @Test
    void eventsAreNotAcknowledgedWhileTheFileCannotBeRestored() throws Exception {
        Path parent = Files.createDirectory(directory.resolve("data"));
        file = parent.resolve("outbox.db");
        SqliteOutbox outbox = SqliteOutbox.open(file);
        add(outbox, "", 5);
        Path moved = directory.resolve("moved");
        Files.move(parent, moved);
        for (int i = 0; i < 3; i++) {
            String id = "lost-" + i;
            var lost = assertThrows(
                    CompletionException.class, () -> outbox.add(event(id)).join());
            String message =
                    assertInstanceOf(OutboxException.class, lost.getCause()).getMessage();
            assertTrue(message.contains(file.toString()) && message.contains("leave it running"), message);
        }
        assertEquals(1, logged("SEVERE", "could not be restored"), log.lines()::toString);
        Files.createDirectory(parent);
        outbox.close();
        try (SqliteOutbox again = SqliteOutbox.open(file)) {
            assertEquals(5, again.backlog("1").waiting());
        }
    }

    @Test
    void fileOpenedByAnotherProcessMeanwhileIsNotTouched() throws Exception {
        try (SqliteOutbox outbox = SqliteOutbox.open(file)) {
            add(outbox, "", 5);
            for (String ending : List.of("", "-wal", "-shm", ".lock")) {
                Files.delete(beside(ending));
            }
            try (SqliteOutbox next = SqliteOutbox.open(file)) { // has a separate lock, like another process
                add(next, "next-", 3);
                var lost = assertThrows(
                        CompletionException.class,
                        () -> outbox.add(event("lost")).join());
                String message =
                        assertInstanceOf(OutboxException.class, lost.getCause()).getMessage();
                assertTrue(message.contains("is open already"), message);
                add(next, "more-", 3);
                assertEquals(6, afterACrash());
            }
        }
    }

    // --- a -wal without its file

    @Test
    void walWhoseFileWasMovedAwayCanBeRecovered() throws Exception {
        Path crashed = Files.createDirectory(directory.resolve("crashed")).resolve("outbox.db");
        Path wal = crashed.resolveSibling("outbox.db-wal");
        try (SqliteOutbox outbox = SqliteOutbox.open(file)) {
            add(outbox, "", 20);
            Files.copy(file, crashed); // the files after a crash
            Files.copy(beside("-wal"), wal);
        }
        Path moved = crashed.resolveSibling("before-the-upgrade.db");
        Files.move(crashed, moved);
        SqliteOutbox.open(crashed).close();
        String line = log.lines().stream()
                .filter(each -> each.startsWith("WARNING") && each.contains("outbox.db-wal.orphan-"))
                .findFirst()
                .orElseThrow();
        Path orphan = Path.of(line.replaceAll(".* It is now ([^ ]+)\\. .*", "$1"));
        Files.move(moved, crashed, StandardCopyOption.REPLACE_EXISTING);
        Files.move(orphan, wal);
        try (SqliteOutbox outbox = SqliteOutbox.open(crashed)) {
            assertEquals(20, outbox.backlog("1").waiting());
        }
    }
}
