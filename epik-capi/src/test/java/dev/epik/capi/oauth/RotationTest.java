// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import static dev.epik.capi.oauth.OAuthShop.DAY;
import static dev.epik.capi.oauth.OAuthShop.MINUTE;
import static dev.epik.capi.oauth.OAuthShop.REDIRECT;
import static dev.epik.capi.oauth.OAuthShop.given;
import static dev.epik.capi.oauth.OAuthShop.isAccepted;
import static dev.epik.capi.oauth.OAuthShop.pause;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccessToken;
import dev.epik.capi.oauth.spi.OAuthGrant;
import dev.epik.capi.oauth.spi.TokenStore;
import dev.epik.capi.oauth.spi.TokenStoreException;
import dev.epik.testing.Await;
import dev.epik.testkit.FakeResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A refresh token works once, so a renewal must never lose the new grant. */
@Timeout(60)
class RotationTest {
    @TempDir
    private Path directory;

    private OAuthShop shop;

    @BeforeEach
    void open() {
        shop = new OAuthShop(directory);
    }

    @AfterEach
    void close() {
        shop.close();
    }

    @Test
    void storesTheNewGrantBeforeItIsUsed() throws Exception {
        shop.connectOnce();
        shop.clock.tick(DAY.multipliedBy(31));
        AtomicInteger seen = new AtomicInteger();
        shop.pinterest.onRequest(body -> {
            assertTrue(text(shop.file).contains(shop.desk.newestAccessToken()));
            seen.incrementAndGet();
        });
        try (OAuthTokens tokens = shop.open()) {
            assertTrue(isAccepted(shop.send(tokens)));
        }
        assertEquals(1, seen.get());
        assertEquals(2, shop.desk.requests());
    }

    @Test
    void keepsTheRefreshTokenIfTheAnswerHasNone() throws Exception {
        shop.desk.issueNewRefreshTokens(false);
        try (OAuthTokens tokens = shop.open()) {
            shop.connect(tokens);
            shop.clock.tick(DAY.multipliedBy(25));
            tokens.token();
            OAuthShop.awaitRenewal(tokens);
            shop.clock.tick(DAY.multipliedBy(25));
            tokens.token();
            OAuthShop.awaitRenewal(tokens);
            assertEquals(given(tokens.token()), shop.newest());
            assertEquals(3, shop.desk.requests());
            shop.clock.tick(DAY.multipliedBy(31));
            assertTrue(pause(tokens.token()).reason().contains("expired"), "it expires with the first refresh token");
        }
    }

    @Test
    void aGrantThatCannotBeStoredIsStoredLaterAndNotUsedBefore() throws Exception {
        FailingStore store = new FailingStore(FileTokenStore.of(shop.file));
        try (OAuthTokens tokens = shop.open(store)) {
            AccessToken old = shop.connect(tokens);
            shop.clock.tick(DAY.multipliedBy(21));
            store.fails = true;
            for (int i = 0; i < 3; i++) {
                assertTrue(isAccepted(shop.send(tokens)));
                OAuthShop.awaitRenewal(tokens);
                assertEquals(old, tokens.token());
                OAuthShop.awaitRenewal(tokens);
                shop.clock.tick(MINUTE);
            }
            assertEquals(2, shop.desk.requests(), "the unsaved grant is stored before another one is requested");
            store.fails = false;
            tokens.token();
            OAuthShop.awaitRenewal(tokens);
            assertEquals(given(tokens.token()), shop.newest());
            assertEquals(2, shop.desk.requests());
        }
    }

    @Test
    void theNextProcessRecoversAGrantThatWasNotStored() throws Exception {
        FailingStore store = new FailingStore(FileTokenStore.of(shop.file));
        store.fails = true;
        try (OAuthTokens tokens = shop.open(store)) {
            String reason = pause(tokens.connect(shop.desk.authorizationCode(REDIRECT), REDIRECT))
                    .reason();
            assertTrue(reason.contains("The disk is full."), reason);
            assertTrue(Files.exists(journal()));
            assertEquals("rw-------", mode(journal()));
        }
        try (OAuthTokens tokens = shop.open()) {
            assertEquals(given(tokens.token()), shop.newest());
            assertFalse(Files.exists(journal()));
        }
        assertEquals(1, shop.desk.requests());
    }

    @Test
    void aJournalOfAnEarlierGrantIsIgnored() throws Exception {
        FailingStore store = new FailingStore(FileTokenStore.of(shop.file));
        store.fails = true;
        try (OAuthTokens tokens = shop.open(store)) {
            pause(tokens.connect(shop.desk.authorizationCode(REDIRECT), REDIRECT));
        }
        byte[] old = Files.readAllBytes(journal());
        shop.connectOnce();
        Files.write(journal(), old);
        try (OAuthTokens tokens = shop.open()) {
            assertEquals(given(tokens.token()), shop.newest());
        }
    }

    @Test
    void anExpiredGrantFromTheJournalIsRenewed() throws Exception {
        FailingStore store = new FailingStore(FileTokenStore.of(shop.file));
        store.fails = true;
        try (OAuthTokens tokens = shop.open(store)) {
            pause(tokens.connect(shop.desk.authorizationCode(REDIRECT), REDIRECT));
        }
        shop.clock.tick(DAY.multipliedBy(40));
        try (OAuthTokens tokens = shop.open()) {
            assertEquals(given(tokens.token()), shop.newest());
        }
        assertEquals(2, shop.desk.requests());
    }

    @Test
    void requestsNothingIfTheJournalCannotBeWritten() throws Exception {
        shop.connectOnce();
        shop.clock.tick(DAY.multipliedBy(31));
        Files.createDirectory(journal());
        Files.createFile(journal().resolve("in-the-way"));
        try (OAuthTokens tokens = shop.open()) {
            assertTrue(pause(tokens.token()).reason().contains(".journal cannot be written"));
        }
        assertEquals(1, shop.desk.requests());
    }

    @Test
    void twoInstancesWithOneFileRenewOnce() throws Exception {
        shop.connectOnce();
        shop.clock.tick(DAY.multipliedBy(31));
        CountDownLatch busy = new CountDownLatch(1);
        shop.desk.onRequest(() -> await(busy)); // the first instance gets its answer when the second one waits
        FileTokenStore second = FileTokenStore.of(shop.file, point -> {
            if (point == RenewalCrashPoint.LOCK_BUSY) {
                busy.countDown();
            }
        });
        try (OAuthTokens one = shop.open();
                OAuthTokens two = shop.open(second)) {
            FutureTask<AccessToken> first = new FutureTask<>(() -> given(one.token()));
            new Thread(first).start();
            Await.until(() -> shop.desk.requests() == 2);
            AccessToken other = given(two.token());
            assertEquals(first.get(), other);
            assertEquals(other, shop.newest());
        }
        assertEquals(2, shop.desk.requests());
    }

    @Test
    void everyFileIsReadableByItsOwnerOnly() throws Exception {
        shop.connectOnce();
        assertEquals("rw-------", mode(shop.file));
        assertEquals("rw-------", mode(beside(".lock")));
        assertFalse(Files.exists(beside(".tmp")) || Files.exists(journal()), "a temporary file is left");
        Files.writeString(beside(".tmp"), "left by a crash, and readable");
        Files.setPosixFilePermissions(beside(".tmp"), PosixFilePermissions.fromString("rw-r--r--"));
        shop.connectOnce();
        assertEquals("rw-------", mode(shop.file));
    }

    @Test
    void aForeignOrDamagedFileIsReportedAndNotChanged() throws Exception {
        shop.connectOnce();
        String whole = Files.readString(shop.file);
        List<String> damaged = List.of(
                "",
                "{}",
                "hello",
                whole.substring(0, whole.length() - 3),
                whole.replace("epik-oauth-grant-1", "2"),
                whole.replaceAll("\"access_token\":\"[^\"]*\"", "\"access_token\":\"a b\""),
                whole.replaceAll("\"expires_at\":", "\"expires_at\":9999999"),
                whole + "{}");
        for (String text : damaged) {
            Files.writeString(shop.file, text);
            try (OAuthTokens tokens = shop.open()) {
                var pause = pause(tokens.token());
                assertTrue(pause.needsOperator() && pause.reason().contains("move it away and connect again"), text);
                pause(tokens.connect(shop.desk.authorizationCode(REDIRECT), REDIRECT));
            }
            assertEquals(text, Files.readString(shop.file));
        }
        assertEquals(1, shop.desk.requests(), "a code was used for a grant that cannot be stored");
    }

    @Test
    void aMissingDirectoryIsReported() throws Exception {
        try (OAuthTokens tokens = shop.open(FileTokenStore.of(directory.resolve("missing/token.json")))) {
            var pause = pause(tokens.token());
            assertTrue(pause.needsOperator() && pause.reason().contains("Does its directory exist"), pause.reason());
        }
    }

    @Test
    void aStoreThatThrowsPausesWithoutItsMessage() throws Exception {
        TokenStore buggy = () -> {
            throw new IllegalStateException("canary");
        };
        try (OAuthTokens tokens = shop.open(buggy)) {
            assertEquals(
                    "Internal error while renewing the access token: java.lang.IllegalStateException.",
                    pause(tokens.token()).reason());
        }
    }

    @Test
    void anEndlessAnswerIsNotAGrant() throws Exception {
        shop.connectOnce();
        shop.clock.tick(DAY.multipliedBy(31));
        shop.desk.respondWith(FakeResponse.of(200, "{\"access_token\":\"pina_half"));
        try (OAuthTokens tokens = shop.open()) {
            pause(tokens.token());
            shop.clock.tick(Duration.ofMinutes(1));
            assertEquals(given(tokens.token()), shop.newest());
        }
    }

    private Path journal() {
        return beside(".journal");
    }

    private Path beside(String ending) {
        return shop.file.resolveSibling(shop.file.getFileName() + ending);
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A store that fails on demand, as with a full disk. */
    private static final class FailingStore implements TokenStore {
        private final TokenStore store;
        private volatile boolean fails;

        FailingStore(TokenStore store) {
            this.store = store;
        }

        @Override
        public Lease lock() throws TokenStoreException, InterruptedException {
            Lease lease = store.lock();
            return new Lease() {
                @Override
                public Optional<OAuthGrant> load() throws TokenStoreException {
                    return lease.load();
                }

                @Override
                public void save(OAuthGrant grant) throws TokenStoreException {
                    if (fails) {
                        throw new TokenStoreException("The disk is full.", false);
                    }
                    lease.save(grant);
                }

                @Override
                public Optional<Path> journal() {
                    return lease.journal();
                }

                @Override
                public void close() {
                    lease.close();
                }
            };
        }
    }
}
