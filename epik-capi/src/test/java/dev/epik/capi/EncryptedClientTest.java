// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.JdbcOutbox;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.Postgres;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.PayloadKeys;
import dev.epik.testing.Await;
import dev.epik.testing.LogCapture;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.FakeResponse;
import dev.epik.testkit.ReceivedEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** A client whose events are encrypted in the outbox. */
@Timeout(120)
class EncryptedClientTest {
    private static final String EMAIL = "canary.person@example.com";
    private static final String CLICK = "dj0yJnU9canary";
    private static final PayloadKeys.Key OLD = key("old", 1);
    private static final PayloadKeys.Key NEW = key("new", 2);

    private final FakePinterest pinterest;

    @TempDir
    private Path directory;

    EncryptedClientTest() throws Exception {
        pinterest = FakePinterest.builder(ACCOUNT, "a-token").start();
    }

    private static PayloadKeys.Key key(String id, int first) {
        byte[] secret = new byte[PayloadKeys.KEY_BYTES];
        secret[0] = (byte) first;
        return PayloadKeys.Key.of(id, secret);
    }

    private static ConversionEvent sale(String id) {
        return ConversionEvent.checkout(id)
                .orderId("canary-order")
                .customer(customer -> customer.email(EMAIL))
                .visit(Visit.of(Visit.Consent.GRANTED, "a test")
                        .withClickId(CLICK)
                        .withIp("192.0.2.77")
                        .withUserAgent("Canary/5.0"))
                .build();
    }

    /** Returns texts of which an encrypted outbox may have none. */
    private static List<String> canaries() throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(EMAIL.getBytes(StandardCharsets.UTF_8));
        return List.of(HexFormat.of().formatHex(hash), CLICK, "canary-order", "192.0.2.77", "Canary/5.0");
    }

    private EpikClient.Builder client(EventStore outbox) {
        return EpikClient.builder(Mode.LIVE, AdAccount.of(ACCOUNT, "a-token"), outbox)
                .baseUrl(pinterest.uri())
                .linger(Duration.ZERO)
                .shutdownTimeout(Duration.ZERO);
    }

    private SqliteOutbox file() {
        return SqliteOutbox.open(directory.resolve("epik.db"));
    }

    /** Returns the content of all files of the outbox. Another process reads them, as the outbox may be open. */
    private String files() throws Exception {
        List<String> command = new ArrayList<>(List.of("cat"));
        try (Stream<Path> files = Files.list(directory)) {
            files.map(Path::toString).forEach(command::add);
        }
        Process cat = new ProcessBuilder(command).start();
        String content = new String(cat.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertEquals(0, cat.waitFor());
        return content;
    }

    private void assertNoCanaryInFiles() throws Exception {
        String files = files();
        assertTrue(files.contains("epik1:old:"));
        for (String canary : canaries()) {
            assertFalse(files.contains(canary), canary);
        }
    }

    @BeforeEach
    void pinterestIsDown() {
        pinterest.alwaysRespondWith(FakeResponse.unavailable());
    }

    @AfterEach
    void close() {
        pinterest.close();
    }

    @Test
    void theFilesOfAnOutboxHaveNoneOfTheCanariesAndPinterestGetsThem() throws Exception {
        try (EpikClient epik = client(file()).open()) {
            epik.submit(sale("in clear"));
        }
        for (String canary : canaries()) {
            assertTrue(files().contains(canary), "the search would not find " + canary);
        }
        Files.delete(directory.resolve("epik.db"));
        try (EpikClient epik = client(file()).payloadKeys(PayloadKeys.of(OLD)).open()) {
            assertInstanceOf(SubmitResult.Stored.class, epik.submit(sale("1")));
            assertInstanceOf(SubmitResult.Duplicate.class, epik.submit(sale("1")));
            assertInstanceOf(
                    SubmitResult.Stored.class,
                    epik.submitAll(List.of(sale("2"))).get(0));
            Await.until(() -> !epik.stats().pauseReason().isEmpty());
            assertTrue(Files.size(directory.resolve("epik.db-wal")) > 0);
            assertNoCanaryInFiles();
        }
        assertNoCanaryInFiles();
        pinterest.respondNormally();
        try (EpikClient epik =
                client(file()).payloadKeys(PayloadKeys.of(NEW, OLD)).open()) {
            epik.account(EpikClient.MAIN).resume();
            List<ReceivedEvent> received = pinterest.awaitEvents(2, Duration.ofSeconds(60));
            assertEquals(
                    List.of("1", "2"),
                    received.stream().map(ReceivedEvent::id).sorted().toList());
            for (String canary : canaries()) {
                assertTrue(received.get(0).json().contains(canary), canary);
            }
        }
    }

    @Test
    void rowsOfPostgresHaveNoneOfTheCanariesAlsoInATransactionOfTheShop() throws Exception {
        Postgres.start();
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(Postgres.url());
        String id = "encrypted " + System.nanoTime();
        try (Outbox outbox = JdbcOutbox.builder(database).createTables(true).open();
                EpikClient epik =
                        client(outbox).payloadKeys(PayloadKeys.of(OLD)).open();
                Connection shop = database.getConnection()) {
            shop.setAutoCommit(false);
            assertInstanceOf(SubmitResult.Stored.class, epik.submit(shop, sale(id)));
            shop.commit();
            assertInstanceOf(SubmitResult.Stored.class, epik.submit(sale(id + " alone")));
            List<String> rows = new ArrayList<>();
            try (Statement statement = shop.createStatement();
                    ResultSet row = statement.executeQuery(
                            "SELECT CAST(o AS text) FROM epik_outbox o WHERE event_id LIKE '" + id + "%'")) {
                while (row.next()) {
                    rows.add(row.getString(1));
                }
            }
            assertEquals(2, rows.size());
            for (String canary : canaries()) {
                assertFalse(rows.toString().contains(canary), canary);
            }
            epik.cancel("checkout", id);
            epik.cancel("checkout", id + " alone");
        }
    }

    @Test
    void withoutAKeyNothingIsStoredAndTheSaleCanBeSubmittedAgain() throws Exception {
        boolean[] isDown = {true};
        PayloadKeys service = new PayloadKeys() {
            @Override
            public Key current() {
                if (isDown[0]) {
                    throw new IllegalStateException("a secret");
                }
                return OLD;
            }

            @Override
            public Optional<Key> find(String id) {
                return Optional.empty();
            }
        };
        try (LogCapture log = LogCapture.ofPackage("dev.epik");
                EpikClient epik = client(file()).payloadKeys(service).open()) {
            SubmitResult.Failed failed = assertInstanceOf(SubmitResult.Failed.class, epik.submit(sale("1")));
            assertTrue(failed.cause().contains("PayloadKeys"), failed::cause);
            assertFalse(failed.isMaybeStored());
            assertEquals(0, epik.stats().waiting());
            isDown[0] = false;
            Await.until(() -> epik.submit(sale("1")) instanceof SubmitResult.Stored);
            assertFalse(log.lines().toString().contains("a secret"), log.lines()::toString);
        }
        assertTrue(files().contains("epik1:old:"));
    }

    @Test
    void aPersonIsErasedFromEncryptedEventsAndUnreadableOnesAreCounted() {
        Outbox outbox = MemoryOutbox.ofCapacity(10);
        try (EpikClient epik =
                client(outbox).payloadKeys(PayloadKeys.of(OLD)).keepOutboxOpen().open()) {
            epik.submit(sale("1"));
            epik.submit(sale("2"));
        }
        ErasureRequest person = ErasureRequest.builder().email(EMAIL).build();
        assertEquals(new ErasureRequest.Result(0, 0, 0, 0, 2), person.eraseFrom(outbox, List.of(ACCOUNT)));
        assertEquals(
                new ErasureRequest.Result(0, 0, 0, 0, 2),
                person.eraseFrom(outbox, List.of(ACCOUNT), PayloadKeys.of(NEW)));
        ErasureRequest order = ErasureRequest.builder().eventId("1").build();
        assertEquals(new ErasureRequest.Result(1, 0, 0, 0, 1), order.eraseFrom(outbox, List.of(ACCOUNT)));
        assertEquals(
                new ErasureRequest.Result(1, 0, 0, 0, 0),
                person.eraseFrom(outbox, List.of(ACCOUNT), PayloadKeys.of(NEW, OLD)));
    }

    @Test
    void aRevocationCancelsEncryptedEvents() {
        try (EpikClient epik = client(MemoryOutbox.ofCapacity(10))
                .payloadKeys(PayloadKeys.of(OLD))
                .open()) {
            epik.submit(sale("1"));
            epik.revoke(CLICK);
            Await.until(() -> epik.stats().waiting() == 0);
        }
    }
}
