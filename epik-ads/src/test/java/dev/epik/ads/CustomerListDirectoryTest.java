// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import static dev.epik.ads.AdsFixture.rejected;
import static dev.epik.ads.ListFixture.done;
import static dev.epik.ads.ListFixture.hashes;
import static dev.epik.ads.ListFixture.rows;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.ads.lists.ListCrashPoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The directory of a customer list: its lock, its key, and files that are missing or damaged. */
@Timeout(60)
class CustomerListDirectoryTest extends CustomerListTestBase {

    @Test
    void aSecondRunWithTheSameDirectoryIsRefused() {
        List<String> messages = new ArrayList<>();
        done(fixture.lists()
                .with(point -> {
                    if (point == ListCrashPoint.AFTER_REQUEST) {
                        messages.add(rejected(fixture.lists().upload(rows(0, 1), fixture.settings()))
                                .message());
                    }
                })
                .upload(rows(0, 5), fixture.settings()));

        assertEquals(List.of("Another run uses the directory of the list: wait until it has ended"), messages);
        done(fixture.lists().upload(rows(0, 6), fixture.settings()));
    }

    @Test
    void filesAreForTheirOwnerOnly() throws Exception {
        done(fixture.lists().upload(rows(0, 30), fixture.settings()));

        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(fixture.directory)));
        List<String> names = new ArrayList<>();
        try (var files = Files.newDirectoryStream(fixture.directory)) {
            for (Path file : files) {
                names.add(file.getFileName().toString());
                assertEquals(
                        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)), "" + file);
            }
        }
        names.sort(null);
        assertEquals(List.of("key", "list.json", "lock", "rows"), names);
    }

    @Test
    void aMissingOrOtherKeyIsReportedAndNothingIsSent() throws Exception {
        done(fixture.lists().upload(rows(0, 30), fixture.settings()));
        int writes = fixture.ads.pinterest.ads().writes();
        Path key = fixture.directory.resolve("key");
        String old = Files.readString(key);

        Files.writeString(key, "0".repeat(64));
        String other =
                rejected(fixture.lists().sync(rows(0, 30), fixture.settings())).message();
        Files.delete(key);
        String missing =
                rejected(fixture.lists().sync(rows(0, 30), fixture.settings())).message();
        Files.writeString(key, old);

        assertTrue(other.contains("written with another key"), other);
        assertTrue(missing.contains("key is missing"), missing);
        assertEquals(writes, fixture.ads.pinterest.ads().writes());
        done(fixture.lists().sync(rows(0, 30), fixture.settings()));
    }

    @Test
    void theKeyCanBeElsewhereAndReadOnly() throws Exception {
        Path key = Files.writeString(temp.resolve("secret"), "0123456789abcdef".repeat(4) + "\n");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("r--r--r--"));

        done(fixture.lists().upload(rows(0, 5), fixture.settings().keyFile(key)));
        done(fixture.lists().sync(rows(1, 5), fixture.settings().keyFile(key)));

        assertEquals(hashes(1, 5), fixture.sent());
        assertFalse(Files.exists(fixture.directory.resolve("key")));
        assertEquals("r--r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
    }

    @Test
    void aDamagedFileIsReportedAndNothingIsSent() throws Exception {
        done(fixture.lists().upload(rows(0, 30), fixture.settings()));
        int writes = fixture.ads.pinterest.ads().writes();
        Path file = fixture.directory.resolve("rows");
        byte[] bytes = Files.readAllBytes(file);

        for (int at : new int[] {0, 24, 25, 30, 100, 500, bytes.length - 1}) {
            byte[] cut = java.util.Arrays.copyOf(bytes, at);
            Files.write(file, cut);
            WriteResult<ListUpdate> result =
                    fixture.lists().sync(rows(200, 201), fixture.settings().allowMassRemoval());
            assertTrue(rejected(result).message().contains("damaged"), "cut at " + at);
            assertEquals(writes, fixture.ads.pinterest.ads().writes());
        }
    }

    @ParameterizedTest
    @CsvSource({"rows, 3", "add, 2", "remove, 3"})
    void aMissingFileIsReportedBecauseItsRowsWouldStayInTheListForever(String file, int requests) throws Exception {
        AtomicInteger count = new AtomicInteger();
        CustomerListClient dying = fixture.lists().with(point -> {
            if (point == ListCrashPoint.AFTER_REQUEST && count.incrementAndGet() == requests) {
                throw new IllegalStateException("dies");
            }
        });
        assertThrows(IllegalStateException.class, () -> dying.sync(rows(0, 50), fixture.settings()));
        Files.delete(fixture.directory.resolve(file));

        String message = rejected(
                        fixture.lists().sync(rows(49, 50), fixture.settings().allowMassRemoval()))
                .message();

        assertTrue(message.startsWith("The file " + file + " is missing"), message);
        assertEquals(requests * 10, fixture.sent().size());
    }

    @Test
    void deletedRowsOfAFinishedRunAreReported() throws Exception {
        done(fixture.lists().sync(rows(0, 50), fixture.settings()));
        Files.delete(fixture.directory.resolve("rows"));

        String message =
                rejected(fixture.lists().sync(rows(20, 50), fixture.settings())).message();

        assertTrue(message.startsWith("The file rows is missing"), message);
    }

    @Test
    void listsThatBeginTogetherNeverReplaceTheirCommonKey() throws Exception {
        Path key = temp.resolve("common");
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<WriteResult<ListUpdate>>> begun = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                ListSettings settings =
                        ListSettings.of("List " + i, temp.resolve("list" + i)).keyFile(key);
                begun.add(threads.submit(() -> fixture.lists().upload(rows(0, 5), settings)));
            }
            for (Future<WriteResult<ListUpdate>> one : begun) {
                if (one.get() instanceof WriteResult.Rejected<ListUpdate> rejected) {
                    assertTrue(rejected.message().contains("run it again"), rejected.message());
                }
            }
        } finally {
            threads.shutdownNow();
        }
        for (int i = 0; i < 8; i++) {
            done(fixture.lists()
                    .upload(
                            rows(0, 5),
                            ListSettings.of("List " + i, temp.resolve("list" + i))
                                    .keyFile(key)));
        }
    }
}
