// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Customer;
import dev.epik.capi.event.Visit;
import java.math.BigDecimal;

/** Events for the tests. */
final class Sales {
    private Sales() {}

    static ConversionEvent.Builder sale(String orderNumber) {
        return ConversionEvent.checkout(orderNumber)
                .value(new BigDecimal("9.90"), "EUR")
                .visit(Visit.of(Visit.Consent.GRANTED, "a test")
                        .withIp("203.0.113.9")
                        .withUserAgent("a test"))
                .customer(Customer.builder().email("a@example.com").build());
    }
}
