// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AdAccount;
import dev.epik.capi.DeliveryStats;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.SubmitResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.testing.Await;
import dev.epik.testkit.FakePinterest;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests a spool in front of a real PostgreSQL. */
@Timeout(120)
class SpooledPostgresTest {

    @TempDir
    private Path directory;

    private final AtomicReference<DataSource> current = new AtomicReference<>();

    @BeforeEach
    void empty() throws Exception {
        Postgres.start();
        Databases.empty(Postgres.url());
        current.set(Databases.of(Postgres.url()));
    }

    /** Returns a data source whose target the test can change. */
    private DataSource database() {
        return (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    try {
                        return method.invoke(current.get(), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private SpooledOutbox.Builder spool() {
        return SpooledOutbox.builder(() -> JdbcOutbox.of(database()), directory.resolve("spool.db"))
                .backoff(Duration.ofMillis(10), Duration.ofMillis(100));
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static List<String> storedIds(DataSource database) throws SQLException {
        List<String> ids = new ArrayList<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT event_id FROM epik_outbox")) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        return ids;
    }

    private static void assertStored(int events, DataSource database) throws SQLException {
        List<String> ids = storedIds(database);
        assertEquals(events, ids.size());
        assertEquals(events, new TreeSet<>(ids).size());
    }

    private static void addAll(Outbox outbox, String prefix, int events) {
        for (int i = 0; i < events; i++) {
            assertEquals(
                    EventStore.Added.STORED,
                    outbox.add(SpoolTestBase.event(prefix + i)).join());
        }
    }

    @Test
    void nothingIsLostOrRepeatedWhenTheServerIsKilledAndStartedAgain() throws Exception {
        int port = freePort();
        EmbeddedPostgres server = Postgres.serve(directory.resolve("data"), port);
        String url = server.getJdbcUrl("postgres", "postgres");
        Databases.empty(url);
        current.set(Databases.of(url));
        try (SpooledOutbox outbox = spool().open()) {
            addAll(outbox, "before-", 20);
            kill(server);
            addAll(outbox, "down-", 50);
            server = Postgres.serve(directory.resolve("data"), port);
            for (int i = 0; outbox.spooled(ACCOUNT).waiting() > 0 || i < 20; i++) { // the shop continues
                addAll(outbox, "after-" + i + "-", 1);
            }
            List<String> ids = storedIds(Databases.of(url));
            assertEquals(ids.size(), new TreeSet<>(ids).size());
            assertEquals(70, ids.stream().filter(id -> !id.startsWith("after-")).count());
        } finally {
            server.close();
        }
    }

    /** Stops the server as in a crash: without a checkpoint, and without answers. */
    private void kill(EmbeddedPostgres server) throws IOException, InterruptedException {
        String pid =
                Files.readAllLines(directory.resolve("data/postmaster.pid")).get(0);
        new ProcessBuilder("kill", "-QUIT", pid).start().waitFor();
        ProcessHandle.of(Long.parseLong(pid))
                .ifPresent(process -> process.onExit().join());
        server.close();
    }

    @Test
    void eventsGoToTheSpoolWhileTheDatabaseIsReadOnly() throws Exception {
        try (SpooledOutbox outbox = spool().open()) {
            current.set(Databases.of(Postgres.url() + "&options=-c%20default_transaction_read_only=on"));
            addAll(outbox, "a", 10);
            assertEquals(10, outbox.spooled(ACCOUNT).waiting());
            current.set(Databases.of(Postgres.url()));
            Await.until(() -> outbox.spooled(ACCOUNT).waiting() == 0);
            assertStored(10, Databases.of(Postgres.url()));
            assertEquals(0, outbox.backlog(ACCOUNT).dead());
        }
    }

    @Test
    void eventsGoToTheSpoolWhileTheDatabaseHangs() throws Exception {
        try (SpooledOutbox outbox = spool().mainWait(Duration.ofMillis(100)).open();
                Connection other = Databases.of(Postgres.url()).getConnection();
                Statement lock = other.createStatement()) {
            other.setAutoCommit(false);
            lock.execute("LOCK TABLE epik_outbox IN ACCESS EXCLUSIVE MODE");
            addAll(outbox, "a", 10);
            assertEquals(
                    EventStore.Added.ALREADY_STORED,
                    outbox.add(SpoolTestBase.event("a3")).join());
            other.rollback(); // the hanging insert stores its event, which is in the spool too
            Await.until(() -> outbox.spooled(ACCOUNT).waiting() == 0);
            assertStored(10, Databases.of(Postgres.url()));
        }
    }

    @Test
    void clientReportsTheSpoolAndSendsMovedEventsAtOnce() throws Exception {
        try (FakePinterest pinterest = FakePinterest.builder(ACCOUNT, "a-token").start();
                SpooledOutbox outbox = spool().open();
                EpikClient epik = client(pinterest, outbox)) {
            assertInstanceOf(SubmitResult.Stored.class, epik.submit(order("before")));
            Await.until(() -> pinterest.received().size() == 1);
            current.set(Databases.of("jdbc:postgresql://localhost:" + freePort() + "/none"));
            for (int i = 0; i < 5; i++) {
                assertInstanceOf(SubmitResult.Stored.class, epik.submit(order("down-" + i)));
            }
            assertInstanceOf(SubmitResult.Duplicate.class, epik.submit(order("down-0")));
            DeliveryStats down = epik.stats();
            assertEquals(5, down.spooled());
            assertTrue(down.oldestSpooled().isPresent());
            assertTrue(down.pauseReason().contains("cannot be reached"), down.pauseReason());
            current.set(Databases.of(Postgres.url()));
            Await.until(() -> pinterest.received().size() == 6);
            Await.until(() -> epik.stats().waiting() == 0);
            DeliveryStats after = epik.stats();
            assertEquals(0, after.spooled());
            assertTrue(after.oldestSpooled().isEmpty() && after.overdue().isEmpty());
            assertTrue(pinterest.received().stream().allMatch(event -> event.counted()));
            assertEquals(List.of(), outbox.verify());
        }
    }

    @Test
    void clientStartsWithoutTheDatabaseAndCancelsSpooledEvents() throws Exception {
        current.set(Databases.of("jdbc:postgresql://localhost:" + freePort() + "/none"));
        try (FakePinterest pinterest = FakePinterest.builder(ACCOUNT, "a-token").start();
                SpooledOutbox outbox = SpooledOutbox.builder(
                                () -> JdbcOutbox.of(database()), directory.resolve("spool.db"))
                        .backoff(Duration.ofMillis(10), Duration.ofMillis(100))
                        .open();
                EpikClient epik = client(pinterest, outbox);
                Connection shop = Databases.of(Postgres.url()).getConnection()) {
            assertInstanceOf(SubmitResult.Stored.class, epik.submit(order("kept")));
            assertInstanceOf(SubmitResult.Stored.class, epik.submit(order("cancelled")));
            assertInstanceOf(SubmitResult.Failed.class, epik.submit(shop, order("tx")));
            assertEquals(2, epik.stats().spooled());
            try {
                epik.cancel("checkout", "cancelled");
            } catch (OutboxException e) {
                assertTrue(e.getMessage().contains("removed from the spool"), e.getMessage());
            }
            assertEquals(1, epik.stats().spooled());
            current.set(Databases.of(Postgres.url()));
            Await.until(() -> pinterest.received().size() == 1);
            shop.setAutoCommit(false);
            assertInstanceOf(SubmitResult.Stored.class, epik.submit(shop, order("tx")));
            shop.commit();
            assertInstanceOf(SubmitResult.Stored.class, epik.submit(order("cancelled")));
            Await.until(() -> storedCount() == 3);
        }
    }

    private int storedCount() {
        try (Connection connection = Databases.of(Postgres.url()).getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM epik_outbox")) {
            row.next();
            return row.getInt(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static ConversionEvent order(String id) {
        return ConversionEvent.checkout(id)
                .visit(Visit.of(Visit.Consent.GRANTED, "the shop")
                        .withIp("192.0.2.7")
                        .withUserAgent("Mozilla/5.0"))
                .build();
    }

    private static EpikClient client(FakePinterest pinterest, Outbox outbox) {
        return EpikClient.builder(Mode.LIVE, AdAccount.of(ACCOUNT, "a-token"), outbox)
                .baseUrl(pinterest.uri())
                .linger(Duration.ZERO)
                .open();
    }
}
