// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter.consent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.BitSet;

/**
 * For any value of a cookie, its platform returns an answer and throws nothing, and the same cookie twice or beside
 * others has the same answer. {@code .ci/fuzz} runs {@code tcf} and {@code cookies}; the other targets search one
 * platform alone. Without {@code JAZZER_FUZZ=1} in the environment, only the seeds are run; see CONTRIBUTING.
 */
class ConsentFuzzTest {
    /** A limit for a machine that was suspended. Normally the number of executions ends a target. */
    private static final String MAX_DURATION = "40m";

    private static final int ALONE = 5_000_000;
    private static final int FIRST_PURPOSE_BIT = 152;

    /** Longer inputs are cut, because they find nothing more and cost most of the time. */
    private static final int MAX_LENGTH = 600;

    /** The input is the whole header. The strictest answer of all platforms does not depend on the order of cookies. */
    @FuzzTest(maxExecutions = 125_000, maxDuration = MAX_DURATION)
    void cookies(byte[] bytes) {
        String header = text(bytes);
        int middle = header.indexOf(';');
        for (ConsentPlatform each : ConsentPlatforms.known()) {
            Answer answer = each.answer(header);
            if (middle >= 0) {
                String first = header.substring(0, middle);
                String rest = header.substring(middle + 1);
                assertEquals(answer, each.answer(rest + "; " + first), each::name);
            }
        }
    }

    /** The decoder of bits agrees with the JDK's decoder of base64. */
    @FuzzTest(maxExecutions = 125_000, maxDuration = MAX_DURATION)
    void tcf(byte[] bytes) {
        String value = value(bytes);
        checks(new Tcf(Tcf.DEFAULT), "euconsent-v2", value);
        Answer expected = expected(value);
        for (int purpose = 1; purpose <= 24; purpose++) {
            BitSet one = new BitSet();
            one.set(purpose);
            Answer answer = new Tcf(one).answer("euconsent-v2=" + value);
            if (expected == Answer.UNREADABLE) {
                assertEquals(expected, answer);
            } else {
                byte[] core = Base64.getUrlDecoder().decode(urlSafe(value).substring(0, 30));
                int bit = FIRST_PURPOSE_BIT + purpose - 1;
                boolean consent = (core[bit / 8] >> (7 - bit % 8) & 1) == 1;
                assertEquals(consent ? Answer.GRANTED : Answer.DENIED, answer);
            }
        }
    }

    private static Answer expected(String value) {
        return urlSafe(value).matches("(?s)C[\\w-]{29}.*") ? Answer.GRANTED : Answer.UNREADABLE;
    }

    private static String urlSafe(String value) {
        return value.replace('+', '-').replace('/', '_');
    }

    @FuzzTest(maxExecutions = ALONE, maxDuration = MAX_DURATION)
    void oneTrust(byte[] bytes) {
        String value = value(bytes);
        checks(new OneTrust(""), "OptanonConsent", value);
        checks(new OneTrust("C0007"), "OptanonConsent", value);
        Answer closed = new OneTrust("").answer("OptanonAlertBoxClosed=1; OptanonConsent=" + value);
        assertFalse(closed == Answer.OPEN, "a closed banner is not open");
    }

    @FuzzTest(maxExecutions = ALONE, maxDuration = MAX_DURATION)
    void cookiebot(byte[] bytes) {
        checks(new Cookiebot(), "CookieConsent", value(bytes));
    }

    @FuzzTest(maxExecutions = ALONE, maxDuration = MAX_DURATION)
    void cookieYes(byte[] bytes) {
        checks(new CookieYes(), "cookieyes-consent", value(bytes));
    }

    @FuzzTest(maxExecutions = ALONE, maxDuration = MAX_DURATION)
    void trustArc(byte[] bytes) {
        checks(new TrustArc(), "notice_gdpr_prefs", value(bytes));
        checks(new TrustArc(), "cmapi_cookie_privacy", value(bytes));
    }

    @FuzzTest(maxExecutions = ALONE, maxDuration = MAX_DURATION)
    void cookieScript(byte[] bytes) {
        checks(new CookieScript(), "CookieScriptConsent", value(bytes));
    }

    @FuzzTest(maxExecutions = ALONE, maxDuration = MAX_DURATION)
    void iubenda(byte[] bytes) {
        checks(new Iubenda(), "_iub_cs-1", value(bytes));
        checks(new Iubenda(), "_iub_cs-1-uspr", value(bytes));
    }

    /** The input is the JSON, because a fuzzer does not find base64. */
    @FuzzTest(maxExecutions = ALONE, maxDuration = MAX_DURATION)
    void didomi(byte[] bytes) {
        checks(
                new Didomi(),
                "didomi_token",
                Base64.getEncoder().encodeToString(text(bytes).getBytes(StandardCharsets.ISO_8859_1)));
        checks(new Didomi(), "didomi_token", value(bytes));
    }

    @FuzzTest(maxExecutions = ALONE, maxDuration = MAX_DURATION)
    void usPrivacy(byte[] bytes) {
        checks(new UsPrivacy(), "usprivacy", value(bytes));
    }

    private static void checks(ConsentPlatform platform, String name, String value) {
        String cookie = name + "=" + value;
        Answer answer = answered(platform, cookie);
        assertEquals(answer, platform.answer(cookie + "; " + cookie));
        assertEquals(answer, platform.answer("a=b; " + cookie + ";c=d"));
    }

    private static Answer answered(ConsentPlatform platform, String cookie) {
        Answer answer = platform.answer(cookie);
        if (answer == null) {
            throw new AssertionError("no answer of " + platform.name());
        }
        return answer;
    }

    private static String value(byte[] bytes) {
        return text(bytes).replace(';', ',').strip();
    }

    private static String text(byte[] bytes) {
        int length = Math.min(bytes.length, MAX_LENGTH);
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1); // as containers decode bytes
    }
}
