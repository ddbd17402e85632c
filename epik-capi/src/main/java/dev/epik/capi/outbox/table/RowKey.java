// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import dev.epik.capi.outbox.spi.Batch;
import java.nio.ByteBuffer;

/** The key of a claimed row, by which it is settled without being read again. The array must not be changed. */
final class RowKey {
    /** The value of {@code event_key}, as it was read. */
    final byte[] key;

    /** The hour in whose books the event is counted. */
    final long bookHour;

    RowKey(byte[] key, long bookHour) {
        this.key = key;
        this.bookHour = bookHour;
    }

    /** Returns what is known of the row of a claimed event. */
    static RowKey of(Batch.Claimed claimed) {
        if (claimed.storeKey() instanceof RowKey key) {
            return key;
        }
        throw new IllegalArgumentException("The batch is of another outbox: settle it where it was claimed");
    }

    /** Returns the key as a value that can be compared. */
    ByteBuffer value() {
        return ByteBuffer.wrap(key);
    }
}
