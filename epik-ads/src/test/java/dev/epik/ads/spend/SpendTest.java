// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.spend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.ads.Money;
import dev.epik.ads.SpendLimit;
import dev.epik.ads.json.Fields;
import dev.epik.ads.json.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The spend that is possible, and the spend that a limit allows. Amounts are in euros of 1,000,000. */
class SpendTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
    private static final SpendLimit LIMIT = SpendLimit.daily(Money.of("100.00", "EUR"));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {'status':'PAUSED','daily_spend_cap':9}                                                   | []                                   | 0 | 0 | 0 | true
            {'status':'ACTIVE','is_campaign_budget_optimization':true,'daily_spend_cap':9}            | []                                   | 9 | 0 | 0 | true
            {'status':'ACTIVE','is_campaign_budget_optimization':true}                                | []                                   | 0 | 0 | 0 | false
            {'status':'ACTIVE','is_campaign_budget_optimization':true,'lifetime_spend_cap':9,'end_time':1800172800} | []                     | 5 | 9 | 0 | true
            {'status':'ACTIVE','is_campaign_budget_optimization':true,'lifetime_spend_cap':9}         | []                                   | 9 | 9 | 0 | true
            {'status':'ACTIVE','is_campaign_budget_optimization':true,'lifetime_spend_cap':9,'end_time':1800000001} | []                     | 9 | 9 | 0 | true
            {'status':'ACTIVE','is_campaign_budget_optimization':false}                               | []                                   | 0 | 0 | 0 | true
            {'status':'ACTIVE'}  | [{'status':'ACTIVE','budget_in_micro_currency':4},{'status':'ACTIVE','budget_in_micro_currency':5}] | 9 | 0 | 0 | true
            {'status':'ACTIVE'}  | [{'status':'PAUSED','budget_in_micro_currency':4},{'status':'ACTIVE','budget_in_micro_currency':5}] | 5 | 0 | 0 | true
            {'status':'ACTIVE'}  | [{'status':'ACTIVE'}]                                                                             | 0 | 0 | 0 | false
            {'status':'ACTIVE'}  | [{'status':'ACTIVE','budget_type':'LIFETIME','budget_in_micro_currency':4,'end_time':1800172800}] | 2 | 4 | 0 | true
            {'status':'ACTIVE','end_time':1800172800} | [{'status':'ACTIVE','budget_type':'LIFETIME','budget_in_micro_currency':4}]  | 2 | 4 | 0 | true
            {'status':'ACTIVE','daily_spend_cap':7}   | [{'status':'ACTIVE','budget_in_micro_currency':9}]                          | 7 | 0 | 0 | true
            {'status':'ACTIVE','daily_spend_cap':7}   | [{'status':'ACTIVE','bid_in_micro_currency':3},{'status':'PAUSED','bid_in_micro_currency':8}] | 7 | 0 | 3 | true
            {'status':'ACTIVE'}  | [{'status':'ACTIVE','budget_in_micro_currency':9223372036854775807},{'status':'ACTIVE','budget_in_micro_currency':5}] | 9223372036854775807 | 0 | 0 | true
            """)
    void campaignSpendsAtMost(String campaign, String groups, long daily, long lifetime, long bid, boolean isBounded)
            throws IOException {
        List<Fields> adGroups =
                ((List<?>) json(groups)).stream().map(Fields::of).toList();

        assertEquals(new Spend(daily, lifetime, bid, isBounded), Spend.of(Fields.of(json(campaign)), adGroups, NOW));
    }

    @Test
    void unchangedBidNeedsNoLimit() {
        SpendChange change = new SpendChange(spend(10, 0, 3), spend(12, 0, 3), false, false);

        assertEquals(List.of(), SpendCheck.refusals(change, 0, "EUR", LIMIT));
    }

    @Test
    void activationChecksEverything() {
        SpendChange change = new SpendChange(Spend.NONE, spend(101, 5, 3), true, false);

        List<String> refusals = SpendCheck.refusals(change, 0, "EUR", LIMIT);

        assertEquals(3, refusals.size(), refusals::toString);
    }

    @Test
    void missingBudgetIsRefused() {
        SpendChange change = new SpendChange(Spend.NONE, new Spend(0, 0, 0, false), true, false);

        assertEquals(
                List.of("It would be active without a budget: set one"), SpendCheck.refusals(change, 0, "EUR", LIMIT));
    }

    @Test
    void limitInAnotherCurrencyIsRefused() {
        SpendChange change = new SpendChange(Spend.NONE, spend(1, 0, 0), true, false);

        String refusal = SpendCheck.refusals(change, 0, "USD", LIMIT).get(0);

        assertTrue(refusal.contains("EUR") && refusal.contains("USD"), refusal);
    }

    @ParameterizedTest
    @CsvSource({"100, 150, 0", "100, 151, 1", "3, 4, 0", "3, 5, 1"})
    void riseIsLimited(long before, long after, int refusals) {
        SpendLimit wide = SpendLimit.daily(Money.of("1000.00", "EUR"));
        SpendChange change = new SpendChange(spend(before, 0, 0), spend(after, 0, 0), false, false);

        assertEquals(refusals, SpendCheck.refusals(change, 0, "EUR", wide).size());
    }

    @Test
    void lessIsAlwaysAllowed() {
        SpendChange change = new SpendChange(spend(1000, 9000, 50), spend(999, 8999, 49), false, false);

        assertFalse(change.raises());
        assertEquals(List.of(), SpendCheck.refusals(change, Long.MAX_VALUE, "EUR", null));
    }

    private static Spend spend(long daily, long lifetime, long bid) {
        return new Spend(daily * 1_000_000, lifetime * 1_000_000, bid * 1_000_000, true);
    }

    private static Object json(String text) throws IOException {
        return Objects.requireNonNull(Json.read(text.replace('\'', '"')));
    }
}
