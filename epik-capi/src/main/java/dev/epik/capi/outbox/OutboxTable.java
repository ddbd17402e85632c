// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * The outbox in SQL: what each operation of the contract does to the table, inside a transaction that the caller holds, at READ
 * COMMITTED or stricter. It knows no clock and no connection of its own, and begins and commits nothing.
 *
 * <p>Peek and claim read by an index no more rows than they were asked for, whatever waits. Rows are inserted in the order of
 * their keys, and changed under a lease that is one transaction's alone, so that two of ours never wait for each other in a circle.
 *
 * <p>The script of each {@link Dialect} says what the columns mean.
 */
final class OutboxTable {
    private static final String EVENT = "event_key, name, event_id, json, happened_at, offline";

    private final Dialect dialect;

    OutboxTable(Dialect dialect) {
        this.dialect = dialect;
    }

    /** @param time the parameter of {@link Dialect#now()} */
    List<Outbox.Added> insert(Connection connection, List<StoredEvent> events, long time) throws SQLException {
        return new Insertion(connection, dialect, time).of(events);
    }

    static int[] inOrder(List<byte[]> keys) {
        return IntStream.range(0, keys.size())
                .boxed()
                .sorted(Comparator.comparing(keys::get, Arrays::compare))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    Peek peek(Connection connection, String adAccount, int most, long now) throws SQLException {
        int ready = 0;
        Optional<Duration> first = Optional.empty();
        try (PreparedStatement select =
                connection.prepareStatement("SELECT stored_at FROM " + dialect.from("epik_outbox_ready")
                        + " WHERE state = 0 AND ad_account = ? AND ready_at <= ? ORDER BY ready_at LIMIT ?")) {
            select.setString(1, adAccount);
            select.setLong(2, now);
            select.setInt(3, most);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    if (ready++ == 0) {
                        first = Optional.of(since(rows.getLong(1), now));
                    }
                }
            }
        }
        Optional<Duration> next = ready < most ? nextReady(connection, adAccount, now) : Optional.empty();
        return new Peek(ready, first, next, pause(connection, adAccount, now));
    }

    private Optional<Duration> nextReady(Connection connection, String adAccount, long now) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT ready_at FROM " + dialect.from("epik_outbox_ready")
                        + " WHERE state = 0 AND ad_account = ? AND ready_at > ? ORDER BY ready_at LIMIT 1")) {
            select.setString(1, adAccount);
            select.setLong(2, now);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(Duration.ofMillis(row.getLong(1) - now)) : Optional.empty();
            }
        }
    }

    static Optional<Peek.Pause> pause(Connection connection, String adAccount, long now) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT paused_until, reason FROM epik_pause WHERE ad_account = ? AND paused_until > ?")) {
            select.setString(1, adAccount);
            select.setLong(2, now);
            try (ResultSet row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(new Peek.Pause(Duration.ofMillis(row.getLong(1) - now), row.getString(2)))
                        : Optional.empty();
            }
        }
    }

    Optional<Batch> claim(
            Connection connection, String adAccount, int mostEvents, long mostBytes, Duration lease, long now)
            throws SQLException {
        Claim claim = new Claim(adAccount, mostEvents, mostBytes);
        select(
                connection,
                claim,
                "epik_outbox_urgent",
                "urgent_until > ? AND ready_at <= ? ORDER BY urgent_until",
                now);
        select(connection, claim, "epik_outbox_ready", "urgent_until <= ? AND ready_at <= ? ORDER BY ready_at", now);
        bury(connection, claim.malformed, now);
        if (claim.keys.isEmpty()) {
            return Optional.empty();
        }
        String token = UUID.randomUUID().toString();
        KeyedUpdate.execute(
                connection,
                dialect,
                "UPDATE epik_outbox SET lease = ?, ready_at = ? WHERE ",
                claim.keys,
                List.of(token, now + lease.toMillis()));
        return Optional.of(new Batch(token, List.copyOf(claim.claimed)));
    }

    private void select(Connection connection, Claim claim, String index, String which, long now) throws SQLException {
        if (claim.isFull()) {
            return;
        }
        try (PreparedStatement select =
                connection.prepareStatement("SELECT " + EVENT + ", redriven, bytes FROM " + dialect.from(index)
                        + " WHERE state = 0 AND ad_account = ? AND " + which + " LIMIT ?" + dialect.locking())) {
            select.setString(1, claim.adAccount);
            select.setLong(2, now);
            select.setLong(3, now);
            select.setInt(4, claim.room());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next() && claim.hasRoomFor(rows.getInt(8))) {
                    claim.take(rows.getBytes(1), event(rows, claim.adAccount), rows.getInt(7) == 1);
                }
            }
        }
    }

    /** What nobody can settle would be sent for ever. What is missing is empty from then on, so that it can be listed. */
    private static void bury(Connection connection, List<byte[]> malformed, long now) throws SQLException {
        for (byte[] key : malformed) {
            update(
                    connection,
                    "UPDATE epik_outbox SET state = 1, lease = NULL, reason = ?, settled_at = " + now
                            + ", name = COALESCE(name, ''), event_id = COALESCE(event_id, ''), json = COALESCE(json, '')"
                            + " WHERE event_key = ?",
                    "malformed: the row was changed by somebody else; it cannot be sent",
                    key);
        }
    }

    /** Answers how many rows were the lease's. */
    int settle(Connection connection, Batch batch, List<Settlement> settlements, long now) throws SQLException {
        List<byte[]> keys = settlements.stream()
                .map(settlement -> Fingerprint.of(settlement.event().key()))
                .toList();
        Settling settling = new Settling(batch.lease(), now);
        for (int i : inOrder(keys)) {
            settling.add(keys.get(i), settlements.get(i));
        }
        return settling.execute(connection, dialect);
    }

    void pause(Connection connection, String adAccount, Duration time, String reason, long now) throws SQLException {
        try (PreparedStatement put = connection.prepareStatement(dialect.putPause())) {
            put.setString(1, adAccount);
            put.setLong(2, now + time.toMillis());
            put.setString(3, Settling.cut(reason));
            put.executeUpdate();
        }
    }

    void resume(Connection connection, String adAccount) throws SQLException {
        update(connection, "DELETE FROM epik_pause WHERE ad_account = ?", adAccount);
    }

    Backlog backlog(Connection connection, String adAccount, long now) throws SQLException {
        try (PreparedStatement count = connection.prepareStatement(
                "SELECT (SELECT COUNT(*) FROM epik_outbox WHERE state = 0 AND ad_account = ?),"
                        + " (SELECT COUNT(*) FROM epik_outbox WHERE state = 1 AND ad_account = ?),"
                        + " (SELECT MIN(stored_at) FROM epik_outbox WHERE state = 0 AND ad_account = ?)")) {
            count.setString(1, adAccount);
            count.setString(2, adAccount);
            count.setString(3, adAccount);
            try (ResultSet row = count.executeQuery()) {
                row.next();
                long oldest = row.getLong(3);
                Optional<Duration> age = row.wasNull() ? Optional.empty() : Optional.of(since(oldest, now));
                return new Backlog(row.getInt(1), row.getInt(2), age);
            }
        }
    }

    /** Those with anything that waits or lies dead. */
    List<String> adAccounts(Connection connection) throws SQLException {
        List<String> accounts = new ArrayList<>();
        try (Statement select = connection.createStatement();
                ResultSet rows = select.executeQuery(
                        "SELECT ad_account FROM epik_outbox WHERE state = 0 UNION SELECT ad_account FROM epik_outbox"
                                + " WHERE state = 1 ORDER BY ad_account")) {
            while (rows.next()) {
                accounts.add(rows.getString(1));
            }
        }
        return List.copyOf(accounts);
    }

    List<DeadLetter> deadLetters(Connection connection, String adAccount, int most) throws SQLException {
        List<DeadLetter> letters = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT " + EVENT
                + ", reason, settled_at FROM epik_outbox WHERE state = 1 AND ad_account = ?"
                + " ORDER BY settled_at DESC LIMIT ?")) {
            select.setString(1, adAccount);
            select.setInt(2, most);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    letters.add(new DeadLetter(
                            event(rows, adAccount), rows.getString(7), Instant.ofEpochMilli(rows.getLong(8))));
                }
            }
        }
        return List.copyOf(letters);
    }

    Outbox.Redriven redrive(Connection connection, String adAccount, DeadLetter.Which which, boolean force, long now)
            throws SQLException {
        String dead = " WHERE state = 1 AND ad_account = ?";
        Object[] of = {adAccount};
        if (which instanceof DeadLetter.Which.OfId only) {
            dead += " AND " + dialect.sameId();
            of = new Object[] {adAccount, only.eventId()};
        }
        int tooOld = 0;
        if (!force) {
            long oldest = now - StoredEvent.DEDUPLICATED.toMillis();
            tooOld = count(connection, "SELECT COUNT(*) FROM epik_outbox" + dead + " AND happened_at < " + oldest, of);
            dead += " AND happened_at >= " + oldest;
        }
        int events = update(
                connection,
                "UPDATE epik_outbox SET state = 0, redriven = 1, lease = NULL, reason = NULL, settled_at = NULL,"
                        + " stored_at = " + now + ", ready_at = " + now
                        + ", urgent_until = CASE WHEN offline = 1 THEN 0 ELSE happened_at + "
                        + StoredEvent.COUNTS_AS_WEB.toMillis() + " END" + dead,
                of);
        return new Outbox.Redriven(events, tooOld);
    }

    Outbox.Cancelled cancel(Connection connection, StoredEvent.Key key, long now) throws SQLException {
        byte[] row = Fingerprint.of(key);
        int deleted = update(
                connection,
                "DELETE FROM epik_outbox WHERE event_key = ?"
                        + " AND (state = 1 OR (state = 0 AND (lease IS NULL OR ready_at <= " + now + ")))",
                row);
        if (deleted == 1) {
            return Outbox.Cancelled.CANCELLED;
        }
        return count(connection, "SELECT COUNT(*) FROM epik_outbox WHERE event_key = ?", row) == 1
                ? Outbox.Cancelled.TOO_LATE
                : Outbox.Cancelled.UNKNOWN;
    }

    /** Of one kind, at most so many, the oldest first. */
    int forget(Connection connection, String adAccount, State state, long before, int most) throws SQLException {
        String old = "state = " + state.number + " AND ad_account = ? AND settled_at < ?";
        return update(connection, dialect.deleteSome(old), adAccount, before, most);
    }

    /** Ends all leases, for one who knows that nobody holds any; says how many there were. */
    int endLeases(Connection connection, long now) throws SQLException {
        return update(
                connection,
                "UPDATE epik_outbox SET lease = NULL, ready_at = ? WHERE state = 0 AND lease IS NOT NULL",
                now);
    }

    /** After the clock was set back by so much: what waits for a time waits no longer than it was told to. */
    void shift(Connection connection, long millis, long now) throws SQLException {
        update(
                connection,
                "UPDATE epik_outbox SET ready_at = ready_at - ? WHERE state = 0 AND ready_at > ?",
                millis,
                now);
        update(connection, "UPDATE epik_outbox SET stored_at = ? WHERE state = 0 AND stored_at > ?", now, now);
        update(connection, "UPDATE epik_pause SET paused_until = paused_until - ? WHERE paused_until > ?", millis, now);
    }

    private static int update(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, values);
            return statement.executeUpdate();
        }
    }

    private static int count(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, values);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    private static void bind(PreparedStatement statement, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
    }

    /** Of the columns {@link #EVENT}; what somebody has set to null is empty. */
    private static StoredEvent event(ResultSet row, String adAccount) throws SQLException {
        return new StoredEvent(
                adAccount,
                Objects.requireNonNullElse(row.getString(2), ""),
                Objects.requireNonNullElse(row.getString(3), ""),
                Objects.requireNonNullElse(row.getString(4), ""),
                Instant.ofEpochMilli(row.getLong(5)),
                row.getInt(6) == 1);
    }

    /** Never negative: clocks are set back. */
    private static Duration since(long then, long now) {
        return Duration.ofMillis(Math.max(0, now - then));
    }

    /** One transaction on the table. */
    @FunctionalInterface
    interface Work<T> {
        /** Time is in epoch milliseconds. */
        T at(Connection connection, long now) throws SQLException;
    }

    /** What the column of this name holds. */
    enum State {
        WAITING(0),
        DEAD(1),
        DELIVERED(2);

        private final int number;

        State(int number) {
            this.number = number;
        }
    }
}
