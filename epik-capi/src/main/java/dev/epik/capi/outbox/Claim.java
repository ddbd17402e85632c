// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.util.ArrayList;
import java.util.List;

/** A batch as it fills. */
final class Claim {
    final String adAccount;
    final List<byte[]> keys = new ArrayList<>();
    final List<Batch.Claimed> claimed = new ArrayList<>();

    /** Keys of rows that somebody has emptied: nobody could send or settle them. */
    final List<byte[]> malformed = new ArrayList<>();

    private final int mostEvents;
    private final long mostBytes;
    private long bytes;

    Claim(String adAccount, int mostEvents, long mostBytes) {
        this.adAccount = adAccount;
        this.mostEvents = mostEvents;
        this.mostBytes = mostBytes;
    }

    int room() {
        return mostEvents - keys.size();
    }

    boolean isFull() {
        return room() == 0 || bytes > mostBytes;
    }

    /** Counts it in. */
    boolean hasRoomFor(int more) {
        bytes += more;
        return keys.isEmpty() || bytes <= mostBytes;
    }

    void take(byte[] key, StoredEvent event, boolean redriven) {
        boolean whole = !event.name().isEmpty()
                && !event.id().isEmpty()
                && !event.json().isEmpty();
        if (whole) {
            keys.add(key);
            claimed.add(new Batch.Claimed(event, redriven));
        } else {
            malformed.add(key);
        }
    }
}
