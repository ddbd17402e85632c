// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.ads.AdsReport.Accepted;
import dev.epik.capi.DeliveryListener;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Customer;
import dev.epik.capi.event.Visit;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file of accepted checkouts: what the listener of a client writes, and a report reads. */
class AcceptedCheckoutsTest {
    private static final String ACCOUNT = "549755885175";
    private static final Outcome ACCEPTED = new Outcome.Accepted("");
    private static final Instant LATE = Instant.parse("2026-11-20T23:59:59Z");

    @TempDir
    private Path directory;

    private static ConversionEvent.Builder checkout(String id) {
        return ConversionEvent.checkout(id)
                .visit(Visit.of(Visit.Consent.GRANTED, "test"))
                .customer(Customer.builder().email("jane@shop.example"))
                .time(LATE);
    }

    private static StoredEvent stored(ConversionEvent.Builder event) {
        return StoredEvent.of(ACCOUNT, event.build());
    }

    @Test
    void keepsTheDayTheCountAndTheValueOfAcceptedCheckouts() throws Exception {
        Path file = directory.resolve("accepted.csv");
        DeliveryListener listener = AdsReport.keepAccepted(file, ACCOUNT);
        StoredEvent sale = stored(checkout("canary-1").value(new BigDecimal("25.00"), "EUR"));

        listener.settled(sale, new Outcome.Postponed("later"));
        listener.settled(sale, new Outcome.Rejected("never"));
        listener.settled(StoredEvent.of("1", checkout("canary-2").build()), ACCEPTED);
        assertFalse(Files.exists(file));
        listener.settled(sale, ACCEPTED);
        listener.settled(stored(checkout("canary-3").value(new BigDecimal("9.99"), "USD")), ACCEPTED);
        listener.settled(stored(checkout("canary-4")), ACCEPTED);

        assertEquals("2026-11-20,1,25.00,EUR\n2026-11-20,1,9.99,USD\n2026-11-20,1,,\n", Files.readString(file));
        assertEquals(
                Map.of(
                        LocalDate.parse("2026-11-20"),
                        new Accepted(6, Map.of("EUR", Money.of("50.00", "EUR"), "USD", Money.of("19.98", "USD")))),
                AdsReport.readAccepted(List.of(file, file)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-20;1;25.00;EUR",
                "2026-11-20,1,25.00",
                "2026-11-20,1,25.00,XXX",
                "2026-11-20,1,25.00,eur",
                "2026-11-20,1,-25.00,EUR",
                "2026-13-20,1,25.00,EUR",
                "2026-11-20,-1,25.00,EUR",
                "2026-11-20,1,999999999999999.99,EUR",
                "2026-11-20,1,25.00,",
            })
    void lineThatIsNotOneIsNamed(String line) throws Exception {
        Path file = Files.writeString(directory.resolve("accepted.csv"), "day,events,value,currency\n" + line + "\n");

        AdsException e = assertThrows(AdsException.class, () -> AdsReport.readAccepted(List.of(file)));

        assertTrue(e.getMessage().startsWith("Line 2 of "), e.getMessage());
    }

    @Test
    void fileThatCannotBeWrittenOrReadIsNamed() {
        Path file = directory.resolve("missing/accepted.csv");
        DeliveryListener listener = AdsReport.keepAccepted(file, ACCOUNT);

        assertThrows(AdsException.class, () -> listener.settled(stored(checkout("1")), ACCEPTED));
        assertThrows(AdsException.class, () -> AdsReport.readAccepted(List.of(file)));
    }
}
