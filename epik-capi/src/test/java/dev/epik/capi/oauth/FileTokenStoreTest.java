// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.file.PrivateFile;
import dev.epik.capi.oauth.spi.TokenStore;
import dev.epik.testing.LogCapture;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FileTokenStoreTest extends TokenStoreContract {
    @Override
    TokenStore open() {
        return FileTokenStore.of(directory.resolve("token.json"));
    }

    @Test
    void toStringShowsTheFile() {
        assertEquals("FileTokenStore[" + directory.resolve("token.json") + "]", open().toString());
    }

    @Test
    void aSymbolicLinkStaysALink() throws Exception {
        Path elsewhere = Files.createDirectory(directory.resolve("volume"));
        Path file = elsewhere.resolve("token.json");
        Path link = directory.resolve("linked.json");
        save(FileTokenStore.of(file), "one");
        Files.createSymbolicLink(link, file);
        save(FileTokenStore.of(link), "two");
        assertTrue(Files.isSymbolicLink(link));
        assertTrue(Files.readString(file).contains("\"two\""));
        assertFalse(Files.exists(directory.resolve("linked.json.lock")), "the link has a lock of its own");
    }

    @Test
    void aRestoredFileIsRestrictedWithOneWarning() throws Exception {
        Path file = directory.resolve("token.json");
        save(FileTokenStore.of(file), "one");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        try (LogCapture log = LogCapture.of(FileTokenStore.class)) {
            for (int i = 0; i < 2; i++) {
                try (TokenStore.Lease lease = FileTokenStore.of(file).lock()) {
                    assertEquals("one", lease.load().orElseThrow().accessToken());
                }
                assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            }
            assertEquals(1, log.lines().size(), () -> log.lines().toString());
            String warning = log.lines().get(0);
            assertTrue(warning.startsWith("WARNING " + file + " had another mode than 0600"), warning);
        }
    }

    /** The file system of a ZIP file has no POSIX modes. */
    @Test
    void aFileSystemWithoutModesIsLeftAsItIs() throws Exception {
        try (FileSystem zip = FileSystems.newFileSystem(directory.resolve("a.zip"), Map.of("create", "true"))) {
            Path file = Files.writeString(zip.getPath("/token.json"), "{}");
            assertFalse(PrivateFile.restrict(file));
        }
    }

    private static void save(TokenStore store, String token) throws Exception {
        try (TokenStore.Lease lease = store.lock()) {
            lease.save(grant(token, Optional.empty()));
        }
    }
}
