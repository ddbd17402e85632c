// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.SubmitResult;
import dev.epik.capi.TokenSource.Unavailable;
import dev.epik.capi.event.Visit;
import dev.epik.capi.oauth.OAuthTokens;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.testing.PublishedSchema;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.ReceivedEvent;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of README and the pages, run. */
class DocumentedCodeTest {
    private static final Visit VISIT = EventsPage.byHand("dj0y", "192.0.2.7", "Mozilla/5.0");
    private static final EventsPage.Order ORDER = new EventsPage.Order(
            "1001",
            new BigDecimal("39.98"),
            "jane@shop.example",
            "+15550109999",
            VISIT.toText(),
            List.of(new EventsPage.Line("sku-7", 2, new BigDecimal("19.99"))));

    @Test
    void theDocumentedSaleArrives(@TempDir Path folder) throws Exception {
        try (FakePinterest pinterest =
                FakePinterest.builder("549755885175", "a-token").start()) {
            pinterest.onRequest(PublishedSchema::check);
            try (SqliteOutbox outbox = SqliteOutbox.open(folder.resolve("epik.db"));
                    EpikClient epik = open(outbox, pinterest)) {
                assertEquals(new SubmitResult.Stored("1001", List.of()), EventsPage.report(epik, ORDER, VISIT));
                assertInstanceOf(SubmitResult.Duplicate.class, EventsPage.paid(epik, ORDER));
                ReceivedEvent sale =
                        pinterest.awaitEvents(1, Duration.ofSeconds(20)).get(0);
                assertTrue(sale.processed(), sale.error());
                assertTrue(OperationsPage.stats(epik).contains("stored=1"));
                assertEquals(0, DeliveryPage.redriveAll(epik));
            }
        }
    }

    @Test
    void theDocumentedSecondAccountIsSubmittedTo() throws Exception {
        try (FakePinterest pinterest =
                        FakePinterest.builder("549755885175", "a-token").start();
                MemoryOutbox outbox = MemoryOutbox.ofCapacity(10);
                EpikClient epik = open(outbox, pinterest)) {
            epik.addAccount("at", AdAccount.of("549755885176", "a-token"));
            SubmitResult result = EventsPage.austria(epik, EventsPage.tagged(VISIT));
            assertEquals("It will be sent, or was delivered", EventsPage.describe(result));
        }
    }

    private static EpikClient open(Outbox outbox, FakePinterest pinterest) {
        return EpikClient.builder(Mode.LIVE, AdAccount.of("549755885175", "a-token"), outbox)
                .baseUrl(pinterest.uri())
                .open();
    }

    @Test
    void theDocumentedTagIsThatOfTheEvent() throws Exception {
        String tag = EventsPage.tagged(VISIT).browserTag();
        String page = Files.readString(Documents.ROOT.resolve("epik-capi/src/test/docs/browser-tag.html"));
        assertTrue(page.contains("<body data-pintrk='" + tag + "'>"), tag);
    }

    @Test
    void anAppHasNoTokenBeforeItIsConnected(@TempDir Path folder) throws Exception {
        try (OAuthTokens tokens = DeliveryPage.tokens("an-app", "a-secret", folder.resolve("pinterest.token"))) {
            Unavailable pause = assertInstanceOf(Unavailable.class, tokens.token());
            assertTrue(pause.needsOperator() && pause.reason().contains("OAuthTokens.connect"), pause.reason());
        }
    }

    @Test
    void theDocumentedFakeStarts() throws Exception {
        TestingPage.fake();
    }
}
