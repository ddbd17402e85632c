// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
}
