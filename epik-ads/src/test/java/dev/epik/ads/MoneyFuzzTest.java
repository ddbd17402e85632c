// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Reads any amount: it is exact, or refused with an {@link AdsException}. Without {@code JAZZER_FUZZ=1} in the
 * environment only the seeds run; see CONTRIBUTING.
 */
class MoneyFuzzTest {
    private static final List<String> CURRENCIES = List.of("EUR", "JPY", "KWD", "USD", "XXX");
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    @FuzzTest(maxExecutions = 150_000, maxDuration = "20m")
    void amount(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        for (String currency : CURRENCIES) {
            try {
                Money money = Money.of(text, currency);
                BigDecimal exact = new BigDecimal(text);
                assertEquals(0, exact.multiply(MILLION).compareTo(BigDecimal.valueOf(money.micros())), text);
                assertEquals(0, exact.compareTo(money.amount()), text);
                assertTrue(money.micros() > 0, text);
            } catch (AdsException e) {
                assertTrue(e.getMessage().length() < 300, e.getMessage());
            }
        }
    }
}
