// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.EpikException;
import dev.epik.capi.Outcome;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.BooksTotal;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.capi.outbox.table.Dialect;
import dev.epik.testing.ChildJvm;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the migration of tables of schema 1, as the first release created them, to schema 2. */
@Timeout(120)
abstract class JdbcMigrationContract {
    private static final Duration LEASE = Duration.ofMinutes(3);
    private static final int KILLED_ROWS = 100_000;
    private static final int KILLS = 10;

    private final Dialect dialect;

    JdbcMigrationContract(Dialect dialect) {
        this.dialect = dialect;
    }

    abstract String url();

    @BeforeEach
    void createTablesOfSchema1() throws Exception {
        dropTables();
        run(Dialect.script("schema-1-" + dialect.name().toLowerCase(Locale.ROOT) + ".sql"));
        Instant now = Instant.now();
        execute(SchemaOneRows.insert(
                dialect, "online", now, false, now.plusSeconds(3600).toEpochMilli()));
        execute(SchemaOneRows.insert(dialect, "behind", now, false, 0));
        execute(SchemaOneRows.insert(dialect, "offline", now, true, 0));
    }

    @AfterEach
    void createTables() throws SQLException {
        dropTables();
        Databases.empty(url());
    }

    private void dropTables() throws SQLException {
        for (String table : List.of("epik_outbox", "epik_books", "epik_pause", "epik_outbox_schema")) {
            execute("DROP TABLE IF EXISTS " + table);
        }
    }

    private void run(List<String> script) throws SQLException {
        for (String statement : script) {
            execute(statement);
        }
    }

    int execute(String sql) throws SQLException {
        try (Connection connection = Databases.of(url()).getConnection();
                Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    private JdbcOutbox migrate() {
        return JdbcOutbox.builder(Databases.of(url())).createTables(true).open();
    }

    private static void assertMigrated(Outbox outbox) {
        SchemaOneRows.assertMigrated(outbox);
    }

    @Test
    void createTablesMigratesAndKeepsEveryEvent() {
        assertMigrated(migrate());
    }

    @Test
    void migratedTablesAreOpenedWithoutCreateTables() {
        migrate().close();
        assertMigrated(JdbcOutbox.of(Databases.of(url())));
    }

    @Test
    void oldTablesAreRefusedWithTheNameOfTheScript() {
        var refused = assertThrows(EpikException.class, () -> JdbcOutbox.of(Databases.of(url())));
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.contains(dialect.migrationFile()) && message.contains("createTables(true)"), message);
        assertTrue(message.contains("schema 1"), message);
    }

    @Test
    void theScriptMigratesAndMayRunTwice() throws Exception {
        run(Dialect.script(dialect.migrationFile()));
        run(Dialect.script(dialect.migrationFile()));
        assertMigrated(JdbcOutbox.of(Databases.of(url())));
    }

    @Test
    void scriptForNewTablesIsNotAcceptedAsAMigration() throws Exception {
        run(Dialect.script(dialect.file()));
        var refused = assertThrows(EpikException.class, () -> JdbcOutbox.of(Databases.of(url())));
        assertTrue(String.valueOf(refused.getMessage()).contains(dialect.migrationFile()));
        assertMigrated(migrate());
    }

    @Test
    void manyNodesMayMigrateAtOnce() {
        List<CompletableFuture<JdbcOutbox>> nodes = IntStream.range(0, 6)
                .mapToObj(i -> CompletableFuture.supplyAsync(this::migrate))
                .toList();
        nodes.forEach(CompletableFuture::join);
        assertMigrated(nodes.get(0).join());
    }

    @Test
    void manyNodesMayCreateTablesAtOnce() throws Exception {
        dropTables();
        List<CompletableFuture<JdbcOutbox>> nodes = IntStream.range(0, 6)
                .mapToObj(i -> CompletableFuture.supplyAsync(this::migrate))
                .toList();
        nodes.forEach(CompletableFuture::join);
        assertEquals(List.of(), nodes.get(0).join().dueAccounts());
    }

    /** A running node of schema 1 keeps working: its statements name no new column. */
    @Test
    void statementsOfSchema1StillWork() throws Exception {
        JdbcOutbox outbox = migrate();
        execute(SchemaOneRows.insert(
                dialect, "old node", Instant.now(), false, Instant.now().toEpochMilli() + 60_000));
        Batch batch = outbox.claim("1", ClaimKind.ONLINE, 9, 1 << 20, LEASE).orElseThrow();
        assertTrue(batch.events().stream().anyMatch(event -> event.id().equals("old node")));
        outbox.settle(
                batch,
                batch.claimed().stream()
                        .map(claimed -> Settlement.of(claimed, new Outcome.Accepted("")))
                        .toList());
        assertEquals(2, outbox.backlog("1").waiting(), "offline, and behind until an offline claim moves it");
        assertEquals(List.of(), outbox.verify());
    }

    /** Events that a node of schema 1 settles are not in the books, because its claims do not count them. */
    @Test
    void eventsThatANodeOfSchema1DeliversAreInNoBooks() throws Exception {
        JdbcOutbox outbox = migrate();
        assertEquals(
                3,
                execute("UPDATE epik_outbox SET state = 2, settled_at = 1, stored_at = NULL WHERE ad_account = '1'"));
        assertEquals(List.of(), outbox.verify());
        assertEquals(List.of(), outbox.books());
    }

    /** Leaves the tables as a kill -9 of the migrating process does. */
    @Test
    void aMigrationThatEndedAfterAnyStatementIsCompleted() throws Exception {
        List<String> script = Dialect.script(dialect.migrationFile());
        for (int done = 0; done <= script.size(); done++) {
            createTablesOfSchema1();
            run(script.subList(0, done));
            leaveIndexUnfinished();
            assertMigrated(migrate());
        }
    }

    /** Makes an index invalid, as after a kill of the process that built it, if the database has such a state. */
    void leaveIndexUnfinished() throws SQLException {}

    /** The old node's statements fail if they wait for a lock for more than a second. */
    @Test
    @Tag("full")
    @Tag("scale")
    @Timeout(600)
    void aMillionEventsAreMigratedWithoutLocksOverASecondWhileAnOldNodeRuns() throws Exception {
        fill(1_000_000);
        AtomicInteger stored = new AtomicInteger();
        AtomicBoolean ended = new AtomicBoolean();
        CompletableFuture<Void> oldNode = CompletableFuture.runAsync(() -> {
            try (Connection connection = Databases.of(url()).getConnection()) {
                limitLocksToASecond(connection);
                while (!ended.get()) {
                    String id = "old " + stored.incrementAndGet();
                    try (Statement statement = connection.createStatement()) {
                        statement.executeUpdate(SchemaOneRows.insert(dialect, id, Instant.now(), false, 7));
                    }
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        while (stored.get() == 0) {
            Thread.sleep(5);
        }
        JdbcOutbox outbox = migrate();
        ended.set(true);
        oldNode.get(60, TimeUnit.SECONDS);
        assertEquals(1_000_003 + stored.get(), outbox.backlog("1").waiting());
    }

    /**
     * Each round kills the migrating process at a random moment of the migration. In every second round the old node is
     * killed at that moment too, otherwise when the migration is complete.
     */
    @Test
    @Tag("full")
    @Timeout(900)
    void aMigrationThatIsKilledIsCompletedByAnotherProcessAndLosesNothing() throws Exception {
        Random random = new Random(7351);
        long millis = millisToMigrate();
        int acknowledged = 0;
        int killedBeforeTheEnd = 0;
        for (int round = 0; round < KILLS; round++) {
            createTablesOfSchema1();
            fill(KILLED_ROWS);
            Set<String> stored = new TreeSet<>();
            try (ChildJvm oldNode = MigrationProcess.storeAsSchema1(url(), dialect)) {
                stored.add(oldNode.awaitLine("STORED "));
                killedBeforeTheEnd += killWhileItMigrates(random.nextLong(millis + 1)) ? 1 : 0;
                if (round % 2 == 0) {
                    oldNode.kill();
                }
                awaitMigration();
                oldNode.kill();
                oldNode.forEachLine(stored::add);
            }
            acknowledged += stored.size();
            assertNothingLost(stored);
        }
        System.out.println("EPIK: kill -9 of a migration on " + dialect + ": " + KILLS + " kills within " + millis
                + " ms, " + killedBeforeTheEnd + " before its end, " + acknowledged + " events acknowledged, 0 lost");
        assertTrue(killedBeforeTheEnd > 0, "no kill met a migration");
    }

    /** Returns the time of a complete migration of {@link #KILLED_ROWS} rows. */
    private long millisToMigrate() throws Exception {
        fill(KILLED_ROWS);
        try (ChildJvm process = MigrationProcess.migrate(url())) {
            process.awaitLine("BEGUN");
            long begun = System.nanoTime();
            process.awaitLine("MIGRATED");
            return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        }
    }

    /** Returns whether the process was killed before the end of the migration. */
    private boolean killWhileItMigrates(long millis) throws Exception {
        try (ChildJvm process = MigrationProcess.migrate(url())) {
            process.awaitLine("BEGUN");
            Thread.sleep(millis); // a random moment
            process.kill();
            return process.readLine() == null;
        }
    }

    private void awaitMigration() throws Exception {
        try (ChildJvm process = MigrationProcess.migrate(url())) {
            process.awaitLine("MIGRATED");
            process.awaitEnd();
        }
    }

    /**
     * Asserts that every acknowledged event is delivered, that no other row is lost, and that the books balance. The
     * server may still store the event that the old node was storing when it was killed.
     */
    private void assertNothingLost(Set<String> acknowledged) {
        try (JdbcOutbox outbox = JdbcOutbox.of(Databases.of(url()))) {
            Set<String> lost = new TreeSet<>(acknowledged);
            int others = KILLED_ROWS + 2; // "behind" and "offline"
            int delivered = 0;
            do {
                for (var next = claim(outbox); next.isPresent(); next = claim(outbox)) {
                    Batch batch = next.get();
                    List<Settlement> accepted = batch.claimed().stream()
                            .map(claimed -> Settlement.of(claimed, new Outcome.Accepted("")))
                            .toList();
                    delivered += outbox.settle(batch, accepted).settled();
                    batch.events().forEach(event -> lost.remove("STORED " + event.id()));
                }
            } while (outbox.backlog("1").waiting() > others);
            assertEquals(Set.of(), lost);
            assertEquals(others, outbox.backlog("1").waiting());
            assertEquals(List.of(), outbox.verify());
            assertEquals(
                    delivered,
                    outbox.books().stream().mapToLong(BooksTotal::accepted).sum());
        }
    }

    private static Optional<Batch> claim(Outbox outbox) {
        return outbox.claim("1", ClaimKind.ONLINE, 1000, 1 << 20, LEASE);
    }

    abstract void fill(int rows) throws SQLException;

    abstract void limitLocksToASecond(Connection connection) throws SQLException;
}
