// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.ReceivedEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The ad account decides which advertiser-defined events are stored. */
@Timeout(60)
class AdvertiserEventsSubmitTest {
    private static final String TOKEN = "a-token";
    private static final String NAME = "add_shipping_info";
    private static final Visit VISIT =
            Visit.of(Visit.Consent.GRANTED, "a test").withIp("192.0.2.7").withUserAgent("a browser");

    private final FakePinterest pinterest;

    AdvertiserEventsSubmitTest() throws IOException {
        this.pinterest = FakePinterest.builder(ACCOUNT, TOKEN)
                .advertiserEvent(NAME, "CHECKOUT")
                .start();
    }

    @AfterEach
    void close() {
        pinterest.close();
    }

    private static ConversionEvent event(String name, String id) {
        return ConversionEvent.advertiserDefined(name, id).visit(VISIT).build();
    }

    private EpikClient open(AdAccount account) {
        return EpikClient.builder(Mode.LIVE, account, MemoryOutbox.ofCapacity(100))
                .baseUrl(pinterest.uri())
                .linger(Duration.ZERO)
                .open();
    }

    private static String problem(SubmitResult result) {
        return assertInstanceOf(SubmitResult.Invalid.class, result)
                .problems()
                .get(0)
                .message();
    }

    @Test
    void aNameOfTheAdAccountIsSent() throws Exception {
        try (EpikClient epik = open(AdAccount.of(ACCOUNT, TOKEN).withAdvertiserEvents(NAME, "other"))) {
            assertTrue(epik.submit(event(NAME, "1")).isStored());
            ReceivedEvent received =
                    pinterest.awaitEvents(1, Duration.ofSeconds(20)).get(0);
            assertEquals(NAME, received.name());
            assertTrue(received.processed(), received::error);
        }
    }

    @Test
    void anyOtherNameIsRefusedWithTheCure() {
        try (EpikClient epik = open(AdAccount.of(ACCOUNT, TOKEN).withAdvertiserEvents(NAME))) {
            assertTrue(problem(epik.submit(event("gift_wrap", "1"))).contains("AdAccount.withAdvertiserEvents(…)"));
            assertTrue(problem(epik.submit(event("Add_Shipping_Info", "1"))).contains("one spelling"));
            List<SubmitResult> all = epik.submitAll(List.of(event(NAME, "1"), event("gift_wrap", "2")));
            assertTrue(all.get(0).isStored());
            assertInstanceOf(SubmitResult.Invalid.class, all.get(1));
            assertInstanceOf(
                    SubmitResult.Invalid.class,
                    epik.submitAsync(event("gift_wrap", "3")).join());
        }
    }

    @Test
    void anAdAccountThatIsLookedUpHasItsOwnNames() {
        AdAccount main = AdAccount.of(ACCOUNT, TOKEN);
        AdAccount found = AdAccount.of("549755880000", TOKEN).withAdvertiserEvents(NAME);
        try (EpikClient epik = EpikClient.builder(Mode.LIVE, main, MemoryOutbox.ofCapacity(100))
                .baseUrl(pinterest.uri())
                .accounts(
                        id -> Optional.of(found).filter(account -> account.id().equals(id)))
                .open()) {
            assertTrue(epik.account(found.id()).submit(event(NAME, "1")).isStored());
            assertInstanceOf(SubmitResult.Invalid.class, epik.submit(event(NAME, "1")));
        }
    }

    @Test
    void refusesMoreThanFifteenNamesAndInvalidOnes() {
        AdAccount account = AdAccount.of(ACCOUNT, TOKEN);
        String[] many = IntStream.range(0, 16).mapToObj(i -> "event_" + i).toArray(String[]::new);
        assertTrue(assertThrows(EpikException.class, () -> account.withAdvertiserEvents(many))
                .getMessage()
                .contains("has 16 advertiser-defined events: Pinterest allows 15"));
        EpikException swapped = assertThrows(
                EpikException.class, () -> new AdAccount("pina_secret", AccessToken.of("1"), Set.of(many)));
        assertFalse(swapped.toString().contains("secret"), swapped::toString);
        assertTrue(assertThrows(EpikException.class, () -> account.withAdvertiserEvents("a b"))
                .getMessage()
                .contains("use 1 to 100 letters"));
    }
}
