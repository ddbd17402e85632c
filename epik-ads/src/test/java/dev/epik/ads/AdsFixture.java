// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.testkit.FakePinterest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** A fake Pinterest, and a client that does not wait between two tries. */
public final class AdsFixture implements AutoCloseable {
    private static final String ACCOUNT = "549755885175";
    private static final String TOKEN = "pina_test";

    @SuppressWarnings("TimeInStaticInitializer") // a test takes seconds
    static final Instant TOMORROW = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);

    static final Instant NEXT_MONTH = TOMORROW.plus(30, ChronoUnit.DAYS);
    static final SpendLimit LIMIT =
            SpendLimit.daily(eur("100.00")).withLifetime(eur("1000.00")).withBid(eur("5.00"));

    public final FakePinterest pinterest;
    public final AdsClient ads;

    public AdsFixture() {
        this(null);
    }

    AdsFixture(@Nullable Path journal) {
        try {
            this.pinterest =
                    FakePinterest.builder(ACCOUNT, TOKEN).currency("EUR").start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        AdsClient.Builder builder = AdsClient.builder(AdAccount.of(ACCOUNT, AccessToken.of(TOKEN)))
                .api(pinterest.uri())
                .pause(time -> {});
        this.ads = (journal == null ? builder : builder.journal(journal)).open();
    }

    static Money eur(String amount) {
        return Money.of(amount, "EUR");
    }

    static CampaignSpec autumn() {
        return CampaignSpec.create("Autumn", Objective.SALES).dailyBudget(eur("25.00"));
    }

    static AdGroupSpec cart(String campaignId) {
        return AdGroupSpec.create(campaignId, "Left the cart", BillableEvent.IMPRESSION)
                .targeting(Targeting.locations(java.util.List.of("DE", "AT")));
    }

    static <E> E applied(WriteResult<E> result) {
        if (result instanceof WriteResult.Applied<E> applied) {
            return applied.entity();
        }
        throw new AssertionError(result.toString());
    }

    static <E> WriteResult.Rejected<E> rejected(WriteResult<E> result) {
        assertInstanceOf(WriteResult.Rejected.class, result, result::toString);
        return (WriteResult.Rejected<E>) result;
    }

    Campaign campaign() {
        return applied(ads.campaigns().create(autumn()));
    }

    @Override
    public void close() {
        ads.close();
        pinterest.close();
        PublishedBodies.check(pinterest.ads().calls());
        PublishedBodies.check(pinterest.ads().calls());
    }
}
