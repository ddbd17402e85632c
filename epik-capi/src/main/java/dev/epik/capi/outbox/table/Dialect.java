// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import dev.epik.capi.outbox.books.BookHour;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The SQL that differs between databases. MySQL uses {@link #MARIADB}, which is not tested on it.
 *
 * <p>If a dialect can name the index to use, it does: without statistics of the table a planner may sort a million rows
 * instead.
 */
public enum Dialect {
    /** One connection writes, so there is nothing to lock. */
    SQLITE("sqlite") {
        @Override
        public String from(String index) {
            return "epik_outbox INDEXED BY " + index;
        }

        @Override
        public String locking() {
            return "";
        }

        @Override
        public String addToBooks() {
            return ADD_TO_BOOKS;
        }

        @Override
        public boolean hasClock() {
            return false;
        }
    },
    POSTGRESQL("postgresql") {
        @Override
        public boolean takesArrays() {
            return true;
        }

        @Override
        public String commit() {
            return "; COMMIT";
        }

        /** Names rows by their physical position, so that a row is not searched twice. */
        @Override
        public String leased() {
            return "ctid = ANY (ARRAY (SELECT ctid FROM epik_outbox WHERE lease = ? AND " + keyed() + locking() + "))";
        }

        @Override
        public String begin() {
            return super.begin() + ", set_config('lock_timeout', '100ms', true)";
        }

        /** Not now(), which is the time at which the transaction began. */
        @Override
        public String now() {
            return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
        }
    },
    MARIADB("mariadb") {
        @Override
        public String from(String index) {
            return "epik_outbox FORCE INDEX (" + index + ")";
        }

        /** One index holds the rows of all states that are ordered by the same time. */
        @Override
        public String timeIndex(RowState state) {
            return state.timeColumn.equals("ready_at") ? "epik_outbox_ready" : "epik_outbox_settled";
        }

        @Override
        public boolean locksBeforeUpdate() {
            return true;
        }

        /**
         * IGNORE also turns other errors into warnings. None of those can occur here: no value is too long for its
         * column.
         */
        @Override
        public String insert(String columnsAndValues) {
            return "INSERT IGNORE INTO epik_outbox " + columnsAndValues;
        }

        /** The reason comes first: assignments are done from left to right, and it compares with the old time. */
        @Override
        public String putPause() {
            return "INSERT INTO epik_pause (ad_account, paused_until, reason) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE"
                    + " reason = CASE WHEN VALUES(paused_until) >= paused_until THEN VALUES(reason) ELSE reason END,"
                    + " paused_until = GREATEST(paused_until, VALUES(paused_until))";
        }

        /** MariaDB cannot skip locked rows in a subquery: the shard is locked by {@link #unlockedShard} before. */
        @Override
        public String addToBooks() {
            return ADD_TO_BOOKS + " AND shard = ?";
        }

        @Override
        public String bookHour() {
            return "COALESCE(book_hour, stored_at DIV " + BookHour.MILLIS + ", ?)";
        }

        /** MariaDB's collations treat "a " and "a" as equal. */
        @Override
        public String sameId() {
            return "event_id = CAST(? AS BINARY)";
        }

        /** In UTC: in a session's time zone one hour occurs twice each autumn. */
        @Override
        public String now() {
            return "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) DIV 1000";
        }
    };

    private static final String ADD_TO_BOOKS = "UPDATE epik_books SET stored = stored + ?, accepted = accepted + ?,"
            + " rejected = rejected + ?, cancelled = cancelled + ? WHERE hour = ? AND ad_account = ?";

    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*--.*$");
    private static final Pattern END = Pattern.compile(";\\s*\\n");

    /** The package of the scripts, which is also named in error messages. */
    private static final String SCRIPTS = "/dev/epik/capi/outbox/";

    private final String label;

    Dialect(String label) {
        this.label = label;
    }

    /** Returns the name of the script in the package {@code dev.epik.capi.outbox} that creates the tables. */
    public String file() {
        return "epik-outbox-" + label + ".sql";
    }

    /**
     * Returns the name of the script in the package {@code dev.epik.capi.outbox} that migrates tables of schema 1 to
     * schema 2.
     */
    public String migrationFile() {
        return "epik-outbox-2-" + label + ".sql";
    }

    /** Returns the statements of a script in the package {@code dev.epik.capi.outbox}. */
    public static List<String> script(String file) {
        try (InputStream script = Dialect.class.getResourceAsStream(SCRIPTS + file)) {
            if (script == null) {
                throw new IllegalStateException(file + " is not in the jar: was it repackaged?");
            }
            String text = new String(script.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(END.split(COMMENT.matcher(text).replaceAll("") + "\n"))
                    .map(String::strip)
                    .filter(statement -> !statement.isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns whether one statement can name many rows by arrays of their values. */
    public boolean takesArrays() {
        return false;
    }

    /**
     * Returns what makes an INSERT of the outbox commit its transaction too, in the same round trip. If the INSERT
     * fails, the COMMIT is not executed or rolls back. Empty if the commit needs a round trip of its own.
     */
    public String commit() {
        return "";
    }

    /** Returns the condition on a row's key, or on many keys if the dialect takes arrays. */
    public String keyed() {
        return takesArrays() ? "event_key = ANY (?)" : "event_key = ?";
    }

    /**
     * Returns the condition of an UPDATE on a lease and on the key, or keys, of rows. The update waits for no row that
     * another transaction has locked, provided that the caller locks rows first if {@link #locksBeforeUpdate}.
     */
    public String leased() {
        return "lease = ? AND " + keyed();
    }

    /** Returns whether an UPDATE by itself would wait for locked rows. */
    public boolean locksBeforeUpdate() {
        return false;
    }

    /** Returns an INSERT that does nothing if the key is there, and that counts what it inserted. */
    public String insert(String columnsAndValues) {
        return "INSERT INTO epik_outbox " + columnsAndValues + " ON CONFLICT (event_key) DO NOTHING";
    }

    /** Returns the table of a FROM, read by this index if the dialect can say so. */
    public String from(String index) {
        return "epik_outbox";
    }

    /** Returns the index on ad account and time of the rows in this state. */
    public String timeIndex(RowState state) {
        return switch (state) {
            case WAITING -> "epik_outbox_ready";
            case SUSPECT -> "epik_outbox_suspect";
            case DEAD -> "epik_outbox_dead";
            case DELIVERED -> "epik_outbox_delivered";
        };
    }

    /** Returns what makes a SELECT lock its rows, without those that another transaction has locked. */
    public String locking() {
        return " FOR UPDATE SKIP LOCKED";
    }

    /** Returns a statement that begins a pause, unless one is there that ends later. */
    public String putPause() {
        return "INSERT INTO epik_pause (ad_account, paused_until, reason) VALUES (?, ?, ?) ON CONFLICT (ad_account)"
                + " DO UPDATE SET paused_until = excluded.paused_until, reason = excluded.reason"
                + " WHERE excluded.paused_until >= epik_pause.paused_until";
    }

    public String sameId() {
        return "event_id = ?";
    }

    /**
     * Returns a statement that locks a row of the books that no other transaction has locked, and returns its shard.
     */
    public String unlockedShard() {
        return "SELECT shard FROM epik_books WHERE hour = ? AND ad_account = ? LIMIT 1" + locking();
    }

    /**
     * Returns a statement that adds to the counters of one hour and ad account, in a row that it locks and that no
     * other transaction has locked.
     */
    public String addToBooks() {
        return ADD_TO_BOOKS + " AND shard = (" + unlockedShard() + ")";
    }

    /**
     * Returns the hour in whose books a row is counted; the parameter is the hour of a row that does not say when it
     * was stored.
     */
    public String bookHour() {
        return "COALESCE(book_hour, stored_at / " + BookHour.MILLIS + ", ?)";
    }

    /**
     * Returns the SELECT of {@link #now()} that begins each transaction of the outbox. On PostgreSQL it also limits how
     * long that transaction waits for a lock.
     */
    public String begin() {
        return "SELECT " + now();
    }

    /**
     * Returns an expression for the current time in epoch milliseconds. It is the database's own clock; on SQLite,
     * which has none that we use, a parameter.
     */
    public String now() {
        return "?";
    }

    /** Returns whether {@link #now()} reads the database's clock, and so has no parameter. */
    public boolean hasClock() {
        return true;
    }
}
