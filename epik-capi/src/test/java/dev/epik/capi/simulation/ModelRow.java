// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.DeliveryHistory;
import java.time.Duration;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** One waiting event of a {@link ModelOutbox}. Times are milliseconds of the store's clock. */
final class ModelRow {
    private static final int MAX_REASON = 2000;
    private static final long COUNTS_AS_WEB = Duration.ofHours(1).toMillis();

    static final Comparator<ModelRow> BY_READY_TIME =
            Comparator.<ModelRow>comparingLong(row -> row.readyAt).thenComparingLong(row -> row.number);
    static final Comparator<ModelRow> BY_HAPPENING =
            Comparator.<ModelRow>comparingLong(row -> row.happenedAt).thenComparingLong(row -> row.number);

    final StoredEvent event;
    final long number;
    final long storedAt;
    final long happenedAt;
    final boolean redriven;
    long readyAt;
    long leaseUntil;

    @Nullable
    String lease;

    DeliveryHistory history = DeliveryHistory.NONE;

    /** The shop's transaction that has inserted or locked the row and is still open. */
    @Nullable
    ShopTransaction holder;

    boolean committed = true;

    /** The hour in whose books the event is counted, and whether it was counted as stored. */
    long bookHour;

    boolean booked;

    ModelRow(StoredEvent event, long number, long now, boolean redriven) {
        this.event = event;
        this.number = number;
        this.storedAt = now;
        this.readyAt = now;
        this.happenedAt = event.happenedAt().toEpochMilli();
        this.redriven = redriven;
        this.bookHour = ModelBooks.hour(now);
    }

    /** Returns a suspect reason as all stores keep and compare it. */
    static String suspectReason(String reason) {
        return fit(reason.replace("\0", "").strip(), DeliveryHistory.MAX_REASON_LENGTH)
                .strip();
    }

    /** Returns the reason of a dead letter or a pause as all stores keep it. */
    static String reason(String reason) {
        return fit(reason, MAX_REASON);
    }

    private static String fit(String text, int max) {
        String whole = text.replace("\0", "");
        if (whole.length() <= max) {
            return whole;
        }
        return whole.substring(0, Character.isHighSurrogate(whole.charAt(max - 1)) ? max - 1 : max);
    }

    void history(DeliveryHistory given) {
        history = new DeliveryHistory(
                given.attempts(),
                given.failuresAlone(),
                given.failedAloneSince(),
                given.blames(),
                given.lastBlame(),
                given.maybeCounted(),
                suspectReason(given.suspectReason()));
    }

    boolean countsAsWeb(long now) {
        return happenedAt + COUNTS_AS_WEB > now;
    }

    boolean isLeasedBy(String token) {
        return token.equals(lease);
    }
}
