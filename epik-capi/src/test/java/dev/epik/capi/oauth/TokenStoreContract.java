// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import static dev.epik.capi.oauth.OAuthShop.DAY;
import static dev.epik.capi.oauth.OAuthShop.given;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.capi.AccessToken;
import dev.epik.capi.oauth.spi.OAuthGrant;
import dev.epik.capi.oauth.spi.TokenStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The contract of every {@link TokenStore}. */
@Timeout(120)
abstract class TokenStoreContract {
    private static final Instant START = Instant.parse("2026-11-01T10:00:00.123Z");

    @TempDir
    protected Path directory;

    /** Opens another store of the same grant, as another process would. */
    abstract TokenStore open() throws Exception;

    static OAuthGrant grant(String token, Optional<Instant> refreshExpires) {
        return new OAuthGrant(token, START, START.plus(DAY), "refresh-of-" + token, refreshExpires);
    }

    private static Optional<OAuthGrant> load(TokenStore store) throws Exception {
        try (TokenStore.Lease lease = store.lock()) {
            return lease.load();
        }
    }

    private static void save(TokenStore store, OAuthGrant grant) throws Exception {
        try (TokenStore.Lease lease = store.lock()) {
            lease.load();
            lease.save(grant);
        }
    }

    @Test
    void isEmptyBeforeTheFirstSave() throws Exception {
        assertEquals(Optional.empty(), load(open()));
    }

    @Test
    void returnsTheLastSavedGrantToTheMillisecond() throws Exception {
        save(open(), grant("one", Optional.of(START.plus(DAY.multipliedBy(60)))));
        assertEquals(Optional.of(grant("one", Optional.of(START.plus(DAY.multipliedBy(60))))), load(open()));
        save(open(), grant("two", Optional.empty()));
        assertEquals(Optional.of(grant("two", Optional.empty())), load(open()));
    }

    @Test
    void aLeaseWithoutSaveChangesNothing() throws Exception {
        save(open(), grant("one", Optional.empty()));
        load(open());
        assertEquals(Optional.of(grant("one", Optional.empty())), load(open()));
    }

    @Test
    void twentyNodesUseARefreshTokenOnce() throws Exception {
        try (OAuthShop shop = new OAuthShop(directory)) {
            try (OAuthTokens first = shop.open(open())) {
                shop.connect(first);
            }
            for (int round = 2; round < 5; round++) {
                shop.clock.tick(DAY.multipliedBy(31));
                askFromTwentyNodes(shop);
                assertEquals(round, shop.tokenEndpoint.requests());
            }
        }
    }

    private void askFromTwentyNodes(OAuthShop shop) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(20);
        List<OAuthTokens> nodes = new ArrayList<>();
        List<Future<AccessToken>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            OAuthTokens node = shop.open(open());
            nodes.add(node);
            answers.add(threads.submit(() -> given(node.token())));
        }
        for (Future<AccessToken> answer : answers) {
            assertEquals(answer.get(), shop.newest());
        }
        nodes.forEach(OAuthTokens::close);
        threads.shutdown();
    }
}
