// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.EpikException;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Backlog;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.OutboxView;
import dev.epik.capi.outbox.sqlite.SqliteFile;
import dev.epik.testing.ChildJvm;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests which files are opened, by which process, and how other files are reported. */
@Timeout(120)
class SqliteOpeningTest {
    private static final URI NOWHERE = URI.create("http://127.0.0.1:9");

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("outbox.db");
    }

    private static StoredEvent event(String id) {
        return new StoredEvent("1", "checkout", id, "{\"canary\":1}", Instant.now(), false);
    }

    private void fill(int events) {
        try (Outbox outbox = SqliteOutbox.open(file)) {
            for (int i = 0; i < events; i++) {
                outbox.add(event("" + i)).join();
            }
        }
    }

    private String refusal() {
        return String.valueOf(
                assertThrows(EpikException.class, () -> SqliteOutbox.open(file)).getMessage());
    }

    private String damage() {
        return assertThrows(OutboxException.class, () -> SqliteOutbox.open(file))
                .getMessage();
    }

    private static void assertContains(@Nullable String message, String... words) {
        String text = String.valueOf(message);
        for (String word : words) {
            assertTrue(text.contains(word), () -> text + "\ndoes not contain: " + word);
        }
        assertTrue(!text.contains("canary"), text);
    }

    // --- exclusive access

    @Test
    void secondOpenInThisJvmIsRefusedUnderEveryPath() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link.db"), file);
        try (Outbox first = SqliteOutbox.open(file)) {
            assertContains(
                    refusal(),
                    "open already, in this JVM",
                    "process " + ProcessHandle.current().pid(),
                    "share it");
            assertThrows(EpikException.class, () -> SqliteOutbox.open(link));
            assertEquals(EventStore.Added.STORED, first.add(event("1")).join());
        }
        SqliteOutbox.open(file).close();
        SqliteOutbox.open(link).close();
    }

    @Test
    void secondOpenInAnotherClassLoaderIsRefused() throws Exception {
        try (Outbox first = SqliteOutbox.open(file);
                URLClassLoader other = loaderWithout("nothing")) {
            assertContains(refusalIn(other), EpikException.class.getName(), "open already, in this JVM");
            assertEquals(EventStore.Added.STORED, first.add(event("1")).join());
            assertContains(processOn(file), "REFUSED", "in another process"); // the first process still has its lock
        }
    }

    @Test
    void missingDriverIsReportedByName() throws Exception {
        try (URLClassLoader other = loaderWithout("sqlite-jdbc")) {
            assertContains(refusalIn(other), EpikException.class.getName(), "org.xerial:sqlite-jdbc");
        }
    }

    private static URLClassLoader loaderWithout(String library) {
        URL[] classPath = Arrays.stream(System.getProperty("java.class.path").split(":"))
                .filter(path -> !path.contains(library))
                .map(SqliteOpeningTest::url)
                .toArray(URL[]::new);
        return new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader());
    }

    private String refusalIn(ClassLoader other) throws ReflectiveOperationException {
        Class<?> type = other.loadClass(SqliteOutbox.class.getName());
        assertTrue(type != SqliteOutbox.class);
        var refused = assertThrows(
                InvocationTargetException.class,
                () -> type.getMethod("open", Path.class).invoke(null, file));
        return String.valueOf(refused.getCause());
    }

    private static URL url(String path) {
        try {
            return Path.of(path).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new AssertionError(e);
        }
    }

    private static String processOn(Path file) throws Exception {
        try (ChildJvm other =
                new OutboxProcess.Order(file.toString(), NOWHERE, Duration.ZERO, "nowhere", "x", 0).start()) {
            return String.valueOf(other.readLine());
        }
    }

    @Test
    void secondProcessIsRefusedUntilTheFirstEnds() throws Exception {
        try (ChildJvm other =
                new OutboxProcess.Order(file.toString(), NOWHERE, Duration.ZERO, "STORED:1", "x", 1).start()) {
            other.awaitLine("STEP STORED");
            assertContains(refusal(), "in another process", "(process ", "file of its own");
            other.kill();
        }
        try (Outbox outbox = SqliteOutbox.open(file)) {
            assertTrue(outbox.backlog(ACCOUNT).waiting() >= 1);
            assertContains(
                    processOn(file),
                    "REFUSED",
                    "process " + ProcessHandle.current().pid());
        }
    }

    // --- place of the file

    @Test
    void missingOrReadOnlyDirectoryIsReported() {
        file = directory.resolve("missing").resolve("outbox.db");
        assertContains(refusal(), "does not exist", "create it");
        file = directory;
        assertContains(refusal(), "is a directory");
        file = Path.of("/proc/epik-outbox.db");
        assertContains(refusal(), "may this process write its directory");
        file = directory.resolve("what?.db");
        assertContains(refusal(), "?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p", "FUSE.glusterfs"})
    void networkFileSystemIsRefused(String type) {
        var refused = assertThrows(EpikException.class, () -> SqliteFile.refuseNetwork(file, type));
        assertContains(refused.getMessage(), "network file system", "JdbcOutbox");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "apfs", "NTFS", "fuseblk"})
    void localFileSystemIsAccepted(String type) {
        SqliteFile.refuseNetwork(file, type);
    }

    // --- content of the file

    @Test
    void filesAreReadableByTheOwnerOnly() throws Exception {
        try (Outbox outbox = SqliteOutbox.open(file)) {
            outbox.add(event("1")).join();
            for (String ending : List.of("", "-wal", "-shm", ".lock")) {
                Path each = directory.resolve("outbox.db" + ending);
                assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(each)), ending);
            }
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
        SqliteOutbox.open(file).close();
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void fileOfAnotherProgramIsRefusedAndUnchanged() throws Exception {
        Files.writeString(file, "Dear diary, canary");
        assertContains(refusal(), "no outbox of Epik's", "name another file");
        assertEquals("Dear diary, canary", Files.readString(file));
        Files.delete(file);
        sql("CREATE TABLE theirs (canary TEXT)");
        byte[] before = Files.readAllBytes(file);
        assertContains(refusal(), "no outbox of Epik's");
        assertEquals(-1, Arrays.mismatch(before, Files.readAllBytes(file)));
    }

    private void sql(String statement) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement each = connection.createStatement()) {
            each.executeUpdate(statement);
        }
    }

    @Test
    void aFileOfANewerEpikIsRefused() throws Exception {
        fill(1);
        sql("PRAGMA user_version = 3");
        assertContains(refusal(), "schema 3", "update this one");
    }

    @Test
    void truncatedFileIsReportedAtOpen() throws Exception {
        fill(300);
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.setLength(bytes.length() / 2);
        }
        assertContains(damage(), "damaged or cut short", ".recover");
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.setLength(0);
        }
        assertContains(damage(), "is empty", "backup");
    }

    @Test
    void damagedPageIsReportedAtOpen() throws Exception {
        fill(300);
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            byte[] noise = new byte[3 * 4096];
            Arrays.fill(noise, (byte) 0xA5);
            bytes.seek(bytes.length() - noise.length);
            bytes.write(noise);
        }
        assertContains(damage(), "damaged or cut short");
    }

    @Test
    void interruptedCreationIsStartedAgain() throws Exception {
        Files.writeString(directory.resolve("outbox.db.new"), "half a database");
        fill(1);
        assertTrue(Files.notExists(directory.resolve("outbox.db.new")));
    }

    // --- inspecting

    @Test
    void inspectingWorksWhileTheShopRuns() throws Exception {
        try (ChildJvm shop =
                        new OutboxProcess.Order(file.toString(), NOWHERE, Duration.ZERO, "SETTLED:1", "x", 2).start();
                OutboxView view = viewAfter(shop.awaitLine("DONE"))) {
            assertEquals(List.of(ACCOUNT), view.adAccounts());
            assertEquals(8, view.backlog(ACCOUNT).waiting());
            assertEquals(List.of(), view.deadLetters(ACCOUNT, 9));
            shop.kill();
        }
        try (OutboxView left = SqliteOutbox.inspect(file)) {
            assertEquals(8, left.backlog(ACCOUNT).waiting(), "the files of a crash can be inspected");
        }
    }

    private OutboxView viewAfter(String done) {
        assertEquals("DONE", done);
        return SqliteOutbox.inspect(file);
    }

    @Test
    void inspectingAClosedOutboxChangesNothing() throws Exception {
        fill(3);
        byte[] before = Files.readAllBytes(file);
        try (OutboxView view = SqliteOutbox.inspect(file)) {
            assertEquals(List.of("1"), view.adAccounts());
            assertEquals(3, view.backlog("1").waiting());
            assertEquals(new Backlog(0, 0, 0, Optional.empty()), view.backlog("2"));
        }
        assertEquals(-1, Arrays.mismatch(before, Files.readAllBytes(file)));
        fill(4);
    }

    @Test
    void inspectingFailsIfTheFileIsMissingOrOpenInThisProcess() throws IOException {
        var none = assertThrows(EpikException.class, () -> SqliteOutbox.inspect(file));
        assertContains(none.getMessage(), "There is no outbox");
        assertTrue(Files.notExists(file), "made by looking");
        try (Outbox outbox = SqliteOutbox.open(file)) {
            assertInstanceOf(SqliteOutbox.class, outbox);
            var here = assertThrows(EpikException.class, () -> SqliteOutbox.inspect(file));
            assertContains(here.getMessage(), "open in this JVM");
        }
    }
}
