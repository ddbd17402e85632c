// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoneyTest {
    @ParameterizedTest
    @CsvSource({
        "25.00, EUR, 25000000, 25.00 EUR",
        "25, EUR, 25000000, 25.00 EUR",
        "0.01, EUR, 10000, 0.01 EUR",
        "1200, JPY, 1200000000, 1200 JPY",
        "1200.0, JPY, 1200000000, 1200 JPY",
        "1.234, KWD, 1234000, 1.234 KWD",
        "9223372036854.77, USD, 9223372036854770000, 9223372036854.77 USD",
    })
    void majorUnitsAreExactMicros(String amount, String currency, long micros, String text) {
        Money money = Money.of(amount, currency);

        assertEquals(micros, money.micros());
        assertEquals(text, money.toString());
        assertEquals(money, Money.ofMicros(micros, currency));
        assertEquals(money, Money.of(money.amount(), currency));
    }

    @ParameterizedTest
    @CsvSource({
        "0, EUR",
        "0.00, EUR",
        "-1, EUR",
        "1e3, EUR",
        "1.005, EUR",
        "1.5, JPY",
        "'1,50', EUR",
        "'', EUR",
        "' 1', EUR",
        "9223372036854.78, USD",
        "99999999999999999999, USD",
        "١, EUR",
        "1, EURO",
        "1, XAU",
        "1, eur",
        "1., EUR",
        ".5, EUR",
    })
    void anythingElseIsRefused(String amount, String currency) {
        assertThrows(AdsException.class, () -> Money.of(amount, currency));
    }

    @Test
    void hugeExponentIsRefusedAtOnce() {
        assertThrows(AdsException.class, () -> Money.of(new BigDecimal("1E+1000000000"), "EUR"));
        assertThrows(AdsException.class, () -> Money.of(new BigDecimal("1E-1000000000"), "EUR"));
    }

    @Test
    void currenciesDoNotMix() {
        Money euro = Money.of("1", "EUR");
        Money dollar = Money.of("1", "USD");

        assertThrows(AdsException.class, () -> euro.plus(dollar));
        assertThrows(AdsException.class, () -> euro.compareTo(dollar));
        assertThrows(
                AdsException.class, () -> Money.ofMicros(Long.MAX_VALUE, "EUR").plus(euro));
        assertThrows(AdsException.class, () -> Money.ofMicros(-1, "EUR"));
    }
}
