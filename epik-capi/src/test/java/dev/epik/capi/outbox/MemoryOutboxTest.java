// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.epik.capi.EpikException;
import org.junit.jupiter.api.Test;

class MemoryOutboxTest extends OutboxContract {
    @Override
    Outbox open(int capacity) {
        return MemoryOutbox.ofCapacity(capacity);
    }

    @Test
    void aCapacityBelowOneIsRefused() {
        assertThrows(EpikException.class, () -> MemoryOutbox.ofCapacity(0));
    }
}
