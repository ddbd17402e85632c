// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.AccountClient.RedriveResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.SettleResult;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.capi.outbox.table.Fingerprint;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The contract of a {@link JdbcOutbox} for rows that other transactions have locked. */
@Timeout(120)
abstract class JdbcLockContract extends TableContract {
    private final AtomicReference<Duration> offset = new AtomicReference<>(Duration.ZERO);

    abstract String url();

    DataSource database() {
        return Databases.of(url());
    }

    private final List<JdbcOutbox> opened = new ArrayList<>();

    @Override
    JdbcOutbox open() throws SQLException {
        JdbcOutbox next = JdbcOutbox.builder(ShiftedDatabaseClock.of(Databases.pooled(url()), offset::get))
                .createTables(true)
                .processClock(ShiftedDatabaseClock.ofProcess(offset::get))
                .open();
        opened.add(next);
        return next;
    }

    @AfterEach
    void closeOpened() {
        opened.forEach(JdbcOutbox::close);
    }

    @BeforeEach
    void emptyTables() throws SQLException {
        Databases.empty(url());
        execute("DROP TABLE IF EXISTS shop_order");
        execute("CREATE TABLE shop_order (id INTEGER PRIMARY KEY, items INTEGER)");
    }

    @Override
    Instant now() {
        return Instant.now().plus(offset.get());
    }

    @Override
    void tick(Duration time) {
        offset.updateAndGet(now -> now.plus(time));
    }

    StoredEvent event(String id) {
        return new StoredEvent("1", "checkout", id, "{\"canary\":1}", now(), false);
    }

    @Override
    int execute(String sql) throws SQLException {
        try (Connection connection = Databases.pooled(url()).getConnection()) {
            return execute(connection, sql);
        }
    }

    static int execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    int count(String sql) throws SQLException {
        try (Connection connection = Databases.pooled(url()).getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM " + sql)) {
            row.next();
            return row.getInt(1);
        }
    }

    Connection begin() throws SQLException {
        Connection connection = database().getConnection();
        connection.setAutoCommit(false);
        return connection;
    }

    // --- locked rows

    private Batch claimOf(String... ids) {
        for (String id : ids) {
            outbox.add(event(id)).join();
        }
        return outbox.claim("1", ClaimKind.ONLINE, ids.length, MANY_BYTES, LEASE)
                .orElseThrow();
    }

    private static List<Settlement> accepted(Batch batch) {
        return batch.claimed().stream()
                .map(claimed -> Settlement.of(claimed, ACCEPTED))
                .toList();
    }

    /** Locks the row of an event by its key, so that MariaDB locks no other row. */
    private static void lock(Connection other, StoredEvent.Key event) throws SQLException {
        try (PreparedStatement select =
                other.prepareStatement("SELECT state FROM epik_outbox WHERE event_key = ? FOR UPDATE")) {
            select.setBytes(1, Fingerprint.of(event));
            try (ResultSet row = select.executeQuery()) {
                assertTrue(row.next());
            }
        }
    }

    @Test
    @Timeout(20)
    void settleReportsLockedRowsAndSettlesTheOthersWithoutWaiting() throws Exception {
        Batch batch = claimOf("1", "2", "3");
        try (Connection other = begin()) {
            lock(other, event("2").key());
            SettleResult result = outbox.settle(batch, accepted(batch));
            assertEquals(2, result.settled());
            assertEquals("2", result.locked().get(0).event().id());
            assertEquals(1, result.locked().size());
            assertEquals(new SettleResult(0, result.locked()), outbox.settle(batch, result.locked()));
            other.commit();
            assertEquals(new SettleResult(1, List.of()), outbox.settle(batch, result.locked()));
        }
        assertEquals(0, outbox.backlog("1").waiting());
    }

    @Test
    @Timeout(20)
    void aRowThatIsLockedAndNoLongerLeasedIsNotReportedAsLocked() throws Exception {
        Batch batch = claimOf("1", "2");
        tick(LEASE.plusSeconds(1));
        Batch next = outbox.claim("1", ClaimKind.ONLINE, 1, MANY_BYTES, LEASE).orElseThrow();
        try (Connection other = begin()) {
            lock(other, next.events().get(0).key());
            assertEquals(new SettleResult(1, List.of()), outbox.settle(batch, accepted(batch)));
            other.rollback();
        }
    }

    @Test
    @Timeout(20)
    void extendFailsWithoutWaitingIfARowIsLocked() throws Exception {
        Batch batch = claimOf("1", "2");
        try (Connection other = begin()) {
            lock(other, event("2").key());
            assertFalse(outbox.extend(batch, LEASE));
            other.rollback();
        }
        assertTrue(outbox.extend(batch, LEASE));
    }

    @Test
    @Timeout(20)
    void claimsAndReleasesSkipLockedRows() throws Exception {
        addSuspect("suspect 1", "500", LEASE);
        addSuspect("suspect 2", "500", LEASE);
        outbox.add(event("1")).join();
        outbox.add(event("2")).join();
        try (Connection other = begin()) {
            lock(other, event("1").key());
            lock(other, online("suspect 1").key());
            assertEquals(
                    "2",
                    outbox.claim("1", ClaimKind.ONLINE, 9, MANY_BYTES, LEASE)
                            .orElseThrow()
                            .events()
                            .get(0)
                            .id());
            assertEquals(1, outbox.releaseSuspects(ACCOUNT, "500"));
            assertEquals(List.of("suspect 2"), claimIds(ClaimKind.SUSPECT));
            other.rollback();
        }
    }

    @Test
    @Timeout(20)
    void cancellingALockedEventFailsSoonAndChangesNothing() throws Exception {
        addOnline("1");
        try (Connection other = begin()) {
            lock(other, online("1").key());
            var failed = assertThrows(
                    OutboxException.class, () -> outbox.cancel(online("1").key()));
            assertTrue(failed.getMessage().contains("held a lock"), failed.getMessage());
            other.rollback();
        }
        assertEquals(CancelResult.CANCELLED, outbox.cancel(online("1").key()));
        assertEquals(List.of(), outbox.verify());
    }

    @Test
    @Timeout(20)
    void redrivingAndForgettingLeaveLockedDeadLetters() throws Exception {
        addOnline("1", "2", "3", "4");
        settle(claim(9), new Outcome.Rejected("no"));
        try (Connection other = begin()) {
            lock(other, online("2").key());
            assertEquals(
                    new RedriveResult(0, 0),
                    outbox.redrive(ACCOUNT, new DeadLetter.Which.OfId("2"), DeadLetter.Scope.RECENT));
            assertEquals(
                    new RedriveResult(1, 0),
                    outbox.redrive(ACCOUNT, new DeadLetter.Which.OfId("1"), DeadLetter.Scope.RECENT));
            tick(Duration.ofDays(10));
            assertEquals(
                    2, outbox.forget(Duration.ofDays(9), Duration.ofDays(9)).get(ACCOUNT));
            other.rollback();
        }
        assertEquals("2", outbox.deadLetters(ACCOUNT, 9).get(0).event().id());
        assertEquals(List.of(), outbox.verify());
    }

    @Test
    @Timeout(20)
    void storingAndPausingGiveUpSoonIfARowIsLocked() throws Exception {
        outbox.pause(ACCOUNT, Duration.ofMinutes(1), "429");
        try (Connection other = begin()) {
            assertEquals(EventStore.Added.STORED, ((JdbcOutbox) outbox).add(other, online("1")));
            execute(other, "UPDATE epik_pause SET reason = 'changed'");
            Duration deadline = Duration.ofMillis(500);
            assertThrows(
                    CompletionException.class,
                    () -> outbox.add(online("1"), deadline).join());
            List<CompletableFuture<EventStore.Added>> both =
                    outbox.addEach(List.of(online("0"), online("1")), deadline);
            assertEquals(EventStore.Added.STORED, both.get(0).join());
            assertThrows(CompletionException.class, () -> both.get(1).join());
            assertThrows(OutboxException.class, () -> outbox.pause(ACCOUNT, Duration.ofMinutes(5), "503"));
            assertEquals(EventStore.Added.STORED, add(online("2")));
            other.rollback();
        }
        assertEquals(EventStore.Added.STORED, add(online("1")));
    }

    /** The duplicate takes a lock on the row: shared on MariaDB, none on PostgreSQL. */
    @Test
    @Timeout(20)
    void openTransactionThatStoresAnEventAgainBlocksNoSettling() throws Exception {
        Batch batch = claimOf("1", "2");
        try (Connection shop = begin()) {
            assertEquals(EventStore.Added.ALREADY_STORED, ((JdbcOutbox) outbox).add(shop, event("1")));
            SettleResult first = outbox.settle(batch, accepted(batch));
            assertEquals(2, first.settled() + first.locked().size());
            shop.commit();
            assertEquals(
                    first.locked().size(), outbox.settle(batch, first.locked()).settled());
        }
        assertEquals(0, outbox.backlog("1").waiting());
    }

    @Test
    void aBatchOfAThousandIsSettledByEachKindOfOutcome() throws Exception {
        String[] ids = IntStream.range(0, 1000).mapToObj(i -> "" + i).toArray(String[]::new);
        Batch batch = claimOf(ids);
        List<Settlement> settlements = batch.claimed().stream()
                .map(claimed -> switch (Integer.parseInt(claimed.event().id()) % 3) {
                    case 0 -> Settlement.of(claimed, ACCEPTED);
                    case 1 -> Settlement.of(claimed, new Outcome.Rejected("no"));
                    default -> Settlement.postponed(claimed, "down", Duration.ZERO, suspect("500"));
                })
                .toList();
        assertTrue(outbox.extend(batch, LEASE));
        assertEquals(new SettleResult(1000, List.of()), outbox.settle(batch, settlements));
        assertEquals(333, outbox.backlog("1").suspects());
        assertEquals(333, outbox.backlog("1").dead());
    }
}
