// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.ads.AdsClient;
import dev.epik.ads.AdsException;
import dev.epik.ads.AdsReport;
import dev.epik.ads.Campaign;
import dev.epik.ads.EntityStatus;
import dev.epik.ads.WriteResult;
import dev.epik.ads.plan.ApplyReport;
import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Customer;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.testing.Await;
import dev.epik.testing.TestIds;
import dev.epik.testkit.FakeAds;
import dev.epik.testkit.FakePinterest;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the Java code of {@code docs/ads.md} at a fake Pinterest. */
@Timeout(60)
class AdsPageTest {
    private static final String TOKEN = "pina_test";

    @TempDir
    private Path folder;

    private FakePinterest pinterest;
    private FakeAds fake;
    private AdsClient ads;

    @BeforeEach
    void open() throws Exception {
        pinterest =
                FakePinterest.builder(TestIds.ACCOUNT, TOKEN).currency("EUR").start();
        fake = pinterest.ads();
        ads = AdsPage.open(
                AdAccount.of(TestIds.ACCOUNT, AccessToken.of(TOKEN)), pinterest.uri(), folder.resolve("journal"));
    }

    @AfterEach
    void close() {
        ads.close();
        pinterest.close();
    }

    @Test
    void documentedCampaignIsCreatedPausedAndActivatedWithALimit() throws Exception {
        Campaign campaign = AdsPage.create(ads);

        assertEquals(EntityStatus.PAUSED, campaign.status());
        assertEquals(List.of(), fake.sentActive());
        assertEquals(1, fake.adGroups().size());
        assertEquals(1, fake.ads().size());

        WriteResult<Campaign> active = AdsPage.activate(ads, campaign.id());

        assertEquals(EntityStatus.ACTIVE, AdsPage.applied(active).status());
        assertEquals(2 * 5, Files.readAllLines(folder.resolve("journal")).size(), "two lines for each write");
        assertThrows(AdsException.class, () -> AdsPage.activate(ads, campaign.id() + "0"));
    }

    @Test
    void documentedPlanIsApplied() throws Exception {
        fake.addCampaign(java.util.Map.of("name", "Summer", "status", "ACTIVE"));
        Path file = Files.writeString(folder.resolve("autumn.yaml"), """
                ad_account: "549755885175"
                currency: EUR
                campaigns: [{name: Autumn, objective: SALES, daily_budget: "25.00"}]
                """);

        ApplyReport report = AdsPage.apply(ads, file);

        assertTrue(report.isComplete(), report.text());
        assertTrue(fake.campaigns().stream().allMatch(each -> "PAUSED".equals(each.get("status"))));
    }

    @Test
    void documentedListIsSynchronized() throws Exception {
        Path file = Files.writeString(folder.resolve("newsletter.csv"), "email\njane@shop.example\n");

        assertEquals(1, AdsPage.sync(ads, file, folder.resolve("newsletter")).added());
        assertEquals(0, AdsPage.sync(ads, file, folder.resolve("newsletter")).added());
    }

    @Test
    void documentedListenerKeepsTheAcceptedCheckouts() throws Exception {
        Path file = folder.resolve("accepted.csv");
        EpikClient.Builder client = EpikClient.builder(
                        Mode.LIVE, AdAccount.of(TestIds.ACCOUNT, TOKEN), MemoryOutbox.ofCapacity(10))
                .baseUrl(pinterest.uri())
                .linger(Duration.ZERO);
        try (EpikClient epik = AdsPage.keepAccepted(client, file).open()) {
            epik.submit(ConversionEvent.checkout("1001")
                    .visit(Visit.of(Visit.Consent.GRANTED, "test"))
                    .customer(Customer.builder().email("jane@shop.example"))
                    .value(new BigDecimal("25.00"), "EUR"));
            pinterest.awaitEvents(1, Duration.ofSeconds(30));
            Await.until(() -> Files.exists(file) && Files.size(file) > 0);
        }

        assertTrue(Files.readString(file).matches("[0-9-]{10},1,25\\.00,EUR\n"), Files.readString(file));
        AdsReport.Accepted day =
                AdsReport.readAccepted(List.of(file)).values().iterator().next();
        assertEquals("{EUR=25.00 EUR}", day.values().toString());
    }
}
