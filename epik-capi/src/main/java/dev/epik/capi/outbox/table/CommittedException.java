// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import java.sql.SQLException;

/** A failure after new events were committed. Has the message and the SQL state of its cause. */
final class CommittedException extends SQLException {
    private static final long serialVersionUID = 1L;

    CommittedException(SQLException cause) {
        super(cause.getMessage(), cause.getSQLState(), cause.getErrorCode(), cause);
    }
}
