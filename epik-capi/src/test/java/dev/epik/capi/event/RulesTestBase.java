// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.util.List;

/** A valid order to start from, and the problems of an event by field. */
abstract class RulesTestBase {
    static final Visit VISIT = Visit.of(Visit.Consent.GRANTED, "the shop")
            .withClickId("dj0yJnU9abc")
            .withIp("192.0.2.7")
            .withUserAgent("Mozilla/5.0");
    static final BigDecimal PRICE = new BigDecimal("19.99");

    static ConversionEvent.Builder order() {
        return ConversionEvent.checkout("1001").visit(VISIT);
    }

    static List<String> warningFields(ConversionEvent.Builder draft) {
        ConversionEvent event = draft.build();
        assertEquals(List.of(), event.errors());
        return event.warnings().stream().map(Problem::field).toList();
    }

    static List<String> errorFields(ConversionEvent.Builder draft) {
        return draft.build().errors().stream().map(Problem::field).toList();
    }
}
