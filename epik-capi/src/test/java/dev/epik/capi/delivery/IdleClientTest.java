// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.ForwardingOutbox;
import dev.epik.capi.outbox.spi.DueAccount;
import dev.epik.capi.outbox.spi.Peek;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tests that a client without waiting events rarely queries the store. */
class IdleClientTest {
    @Test
    void idleClientRunsOneDiscoveryQueryAMinute() {
        AtomicInteger discoveries = new AtomicInteger();
        AtomicInteger peeks = new AtomicInteger();
        VirtualDelivery delivery = new VirtualDelivery(real -> new ForwardingOutbox(real) {
            @Override
            public List<DueAccount> dueAccounts() {
                discoveries.incrementAndGet();
                return super.dueAccounts();
            }

            @Override
            public Peek peek(String adAccount, int max) {
                peeks.incrementAndGet();
                return super.peek(adAccount, max);
            }
        });
        delivery.store("1", false);
        delivery.runFor(Duration.ofMinutes(20));
        assertEquals(1, delivery.accepted.get("1"));
        int before = discoveries.get();
        peeks.set(0);
        delivery.runFor(Duration.ofHours(5));
        int queries = discoveries.get() - before;
        System.out.println("EPIK: an idle client runs " + queries + " discovery queries in 300 minutes");
        assertTrue(queries <= 301, queries + " discovery queries");
        assertEquals(0, peeks.get());
    }
}
