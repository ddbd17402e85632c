// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import dev.epik.capi.outbox.spi.DeliveryHistory;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a row that hold its {@link DeliveryHistory}. All are null while the history is
 * {@link DeliveryHistory#NONE}.
 */
public final class HistoryColumns {
    /** The columns, as a SELECT lists them. */
    public static final String LIST =
            "attempts, failures_alone, failed_alone_since, blames, last_blame, maybe_counted, suspect";

    /** Assignments of an UPDATE that take {@link #values}. */
    static final String ASSIGNED = "attempts = ?, failures_alone = ?, failed_alone_since = ?, blames = ?,"
            + " last_blame = ?, maybe_counted = ?, suspect = ?";

    /** Assignments of an UPDATE that empty the history. */
    static final String EMPTIED = "attempts = NULL, failures_alone = NULL, failed_alone_since = NULL, blames = NULL,"
            + " last_blame = NULL, maybe_counted = NULL, suspect = NULL";

    /** How many columns there are. */
    static final int COUNT = 7;

    private HistoryColumns() {}

    /** Returns the values of {@link #ASSIGNED}. */
    static List<@Nullable Object> values(DeliveryHistory history) {
        if (history.equals(DeliveryHistory.NONE)) {
            return Collections.nCopies(COUNT, null);
        }
        return Arrays.asList(
                history.attempts(),
                history.failuresAlone(),
                history.failedAloneSince().toEpochMilli(),
                history.blames(),
                history.lastBlame().toEpochMilli(),
                history.maybeCounted(),
                history.suspectReason());
    }

    /**
     * Reads the columns of {@link #LIST}.
     *
     * @param first the number of the first of them in the row
     */
    static DeliveryHistory read(ResultSet row, int first) throws SQLException {
        int attempts = row.getInt(first);
        if (attempts == 0 && row.wasNull()) {
            return DeliveryHistory.NONE; // nearly always: reading the others would cost more than all else of the row
        }
        return new DeliveryHistory(
                attempts,
                row.getInt(first + 1),
                Instant.ofEpochMilli(row.getLong(first + 2)),
                row.getInt(first + 3),
                Instant.ofEpochMilli(row.getLong(first + 4)),
                row.getInt(first + 5),
                Objects.requireNonNullElse(row.getString(first + 6), ""));
    }
}
