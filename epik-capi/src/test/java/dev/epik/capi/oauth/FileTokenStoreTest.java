// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FileTokenStoreTest extends TokenStoreContract {
    @Override
    TokenStore open() {
        return FileTokenStore.at(directory.resolve("token.json"));
    }

    @Test
    void namesItsFile() {
        assertEquals("FileTokenStore[" + directory.resolve("token.json") + "]", open().toString());
    }

    @Test
    void aLinkStaysALink() throws Exception {
        Path elsewhere = Files.createDirectory(directory.resolve("volume"));
        Path file = elsewhere.resolve("token.json");
        Path link = directory.resolve("linked.json");
        save(FileTokenStore.at(file), "one");
        Files.createSymbolicLink(link, file);
        save(FileTokenStore.at(link), "two");
        assertTrue(Files.isSymbolicLink(link));
        assertTrue(Files.readString(file).contains("\"two\""));
        assertFalse(Files.exists(directory.resolve("linked.json.lock")), "two names, two locks");
    }

    private static void save(TokenStore store, String token) throws Exception {
        try (TokenStore.Lease lease = store.lock()) {
            lease.save(grant(token, Optional.empty()));
        }
    }
}
