// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.oauth.JdbcTokenStore;
import dev.epik.capi.oauth.spi.TokenStore;
import dev.epik.capi.oauth.spi.TokenStoreException;

/** Creates the table of the tokens when it is first needed, so that the shop starts without the database. */
final class CreatedTokenStore implements TokenStore {
    private final JdbcTokenStore store;
    private volatile boolean isCreated;

    CreatedTokenStore(JdbcTokenStore store) {
        this.store = store;
    }

    @Override
    public Lease lock() throws TokenStoreException {
        if (!isCreated) {
            store.createTable();
            isCreated = true;
        }
        return store.lock();
    }
}
