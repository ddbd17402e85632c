// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import dev.epik.capi.outbox.spi.DeliveryHistory;

/**
 * Makes texts fit their columns: removes NUL characters, which PostgreSQL refuses, and cuts texts that are too long.
 */
public final class ColumnText {
    private static final int MAX_REASON_LENGTH = 2000;

    private ColumnText() {}

    /** Returns the reason of a pause or of a dead letter as it is stored. */
    public static String reason(String reason) {
        return fit(withoutNul(reason), MAX_REASON_LENGTH);
    }

    /**
     * Returns a suspect reason as it is stored and compared. Spaces at its ends are removed, because MariaDB ignores
     * them when it compares.
     */
    public static String suspectReason(String reason) {
        return fit(withoutNul(reason).strip(), DeliveryHistory.MAX_REASON_LENGTH)
                .strip();
    }

    /** Returns the history as it is stored. */
    public static DeliveryHistory history(DeliveryHistory history) {
        String reason = suspectReason(history.suspectReason());
        return reason.equals(history.suspectReason())
                ? history
                : new DeliveryHistory(
                        history.attempts(),
                        history.failuresAlone(),
                        history.failedAloneSince(),
                        history.blames(),
                        history.lastBlame(),
                        history.maybeCounted(),
                        reason);
    }

    private static String withoutNul(String text) {
        return text.indexOf('\0') < 0 ? text : text.replace("\0", "");
    }

    /** Cuts the text, but not between the two halves of a surrogate pair. */
    private static String fit(String text, int maxLength) {
        if (text.length() <= maxLength) {
            return text;
        }
        boolean splitsPair = Character.isHighSurrogate(text.charAt(maxLength - 1));
        return text.substring(0, splitsPair ? maxLength - 1 : maxLength);
    }
}
