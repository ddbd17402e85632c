// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Checks how the stub counts events. */
class ArrivalCounterTest {
    @Test
    void idThatFollowsItselfIsOneEvent() {
        byte[] body = "{\"event_name\":\"a\",\"id\":\"sale-00000007\",\"order\":\"sale-00000007\"},sale-00000009 sale-1"
                .getBytes(StandardCharsets.UTF_8);
        SaleIds found = SaleIds.in(body, body.length);
        assertEquals(List.of(2, 7, 9, 1), List.of(found.size(), found.get(0), found.get(1), found.events()));
    }

    @Test
    void missingOrUnknownSalesAreErrors() {
        ArrivalCounter arrivals = new ArrivalCounter();
        byte[] body = "sale-10000000 sale-10000001".getBytes(StandardCharsets.UTF_8);
        arrivals.note(SaleIds.in(body, body.length));
        arrivals.mustBe(0, 2);
        assertThrows(IllegalStateException.class, () -> arrivals.mustBe(0, 3));
        assertThrows(IllegalStateException.class, () -> arrivals.mustBe(0, 1));
        assertThrows(IllegalStateException.class, () -> arrivals.mustBe(1, 2));
    }
}
