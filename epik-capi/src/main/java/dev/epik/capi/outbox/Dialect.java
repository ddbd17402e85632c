// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What each database spells in its own way. MySQL speaks {@link #MARIADB}, which nobody has tested.
 *
 * <p>Where a dialect can name the index to use, it does: a planner that has not counted the table yet may sort a million rows instead.
 */
enum Dialect {
    /** One writer at a time, so there is nothing to lock. */
    SQLITE("sqlite") {
        @Override
        String from(String index) {
            return "epik_outbox INDEXED BY " + index;
        }

        @Override
        String locking() {
            return "";
        }
    },
    POSTGRESQL("postgresql") {
        @Override
        boolean takesArrays() {
            return true;
        }

        /** Not now(), which is when the transaction began. */
        @Override
        String now() {
            return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) + ?";
        }
    },
    MARIADB("mariadb") {
        @Override
        String from(String index) {
            return "epik_outbox FORCE INDEX (" + index + ")";
        }

        /** Of the errors that IGNORE turns to warnings none can occur here: no value is too long for its column. */
        @Override
        String insert(String columnsAndValues) {
            return "INSERT IGNORE INTO epik_outbox " + columnsAndValues;
        }

        @Override
        String putPause() {
            return "REPLACE INTO epik_pause (ad_account, paused_until, reason) VALUES (?, ?, ?)";
        }

        /** Its collations take "a " for "a". */
        @Override
        String sameId() {
            return "event_id = CAST(? AS BINARY)";
        }

        /** Takes no LIMIT in a subquery. */
        @Override
        String deleteSome(String condition) {
            return "DELETE FROM epik_outbox WHERE " + condition + " ORDER BY settled_at LIMIT ?";
        }

        /** In UTC: in a session's time zone an hour comes twice each autumn. */
        @Override
        String now() {
            return "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) DIV 1000 + ?";
        }
    };

    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*--.*$");
    private static final Pattern END = Pattern.compile(";\\s*\\n");

    private final String file;

    Dialect(String name) {
        this.file = "epik-outbox-" + name + ".sql";
    }

    /** The name of the script in this package that creates the tables. */
    String file() {
        return file;
    }

    List<String> script() {
        try (InputStream script = Dialect.class.getResourceAsStream(file)) {
            if (script == null) {
                throw new IllegalStateException(file + " is not in the jar: was it repackaged?");
            }
            String text = new String(script.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(END.split(COMMENT.matcher(text).replaceAll("") + "\n"))
                    .map(String::strip)
                    .filter(statement -> !statement.isEmpty())
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Whether one statement can name many rows by arrays of their values. */
    boolean takesArrays() {
        return false;
    }

    /** The condition on a row's key; or on many, where it takes arrays. */
    String keyed() {
        return takesArrays() ? "event_key = ANY (?)" : "event_key = ?";
    }

    /** Inserts nothing where the key is there, and counts what it inserted. */
    String insert(String columnsAndValues) {
        return "INSERT INTO epik_outbox " + columnsAndValues + " ON CONFLICT (event_key) DO NOTHING";
    }

    String from(String index) {
        return "epik_outbox";
    }

    /** Claimers do not wait for each other. */
    String locking() {
        return " FOR UPDATE SKIP LOCKED";
    }

    String putPause() {
        return "INSERT INTO epik_pause (ad_account, paused_until, reason) VALUES (?, ?, ?) ON CONFLICT (ad_account)"
                + " DO UPDATE SET paused_until = excluded.paused_until, reason = excluded.reason";
    }

    String sameId() {
        return "event_id = ?";
    }

    String deleteSome(String condition) {
        return "DELETE FROM epik_outbox WHERE event_key IN (SELECT event_key FROM epik_outbox WHERE " + condition
                + " ORDER BY settled_at LIMIT ?)";
    }

    /** The time in epoch milliseconds, with one parameter: what is added to the database's clock, or, where it has none, all of it. */
    String now() {
        return "?";
    }
}
