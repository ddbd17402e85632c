// SPDX-License-Identifier: Apache-2.0
package dev.epik.js;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the minified script does in any browser; a subclass brings the browser. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ScriptContract {
    StaticSite site;

    @BeforeAll
    void serve() throws Exception {
        site = new StaticSite();
    }

    @AfterAll
    void stop() {
        if (site != null) {
            site.close();
        }
    }

    @BeforeEach
    void forget() {
        site.forget();
    }

    /** Opens a page of {@link StaticSite} under that host; a port in {@code host} may be replaced by the site's. */
    abstract void visit(String host, String page, String query) throws Exception;

    /** The values of all {@code _epik} cookies of the page that is open. */
    abstract List<String> values();

    /** The value of an expression, as text, in the page that is open. */
    abstract String script(String expression);

    /** Hosts that make a URL in this browser. */
    abstract Stream<Vectors.Row> hosts();

    static Stream<Vectors.Row> query() {
        return Vectors.rows("query");
    }

    static Stream<Vectors.Row> precedence() {
        return Vectors.rows("precedence");
    }

    static Stream<Vectors.Row> cookies() {
        return Vectors.rows("cookies");
    }

    static Stream<Vectors.Row> referrer() {
        return Vectors.rows("referrer");
    }

    static Stream<Vectors.Row> consent() {
        return Vectors.rows("consent.json", "consent");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("query")
    void capturesWhatTheTableSays(Vectors.Row row) throws Exception {
        visit("www.shop.example", "/page", row.text("query"));
        String clickId = row.orNull("clickId");
        assertEquals(clickId == null ? List.of() : List.of(clickId), values(), row::toString);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("precedence")
    void theUrlAndTheCookieMeetAsTheTableSays(Vectors.Row row) throws Exception {
        visit("www.shop.example", "/bare", "");
        plant("_epik=" + row.text("cookie"), "/;domain=shop.example");
        visit("www.shop.example", "/page", row.text("query"));
        assertEquals(List.of(row.text("after")), values(), row::toString);
    }

    /** What the script reads shows in what it does not write: the value that the visitor has already. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("cookies")
    void readsTheCookieAsTheTableSays(Vectors.Row row) throws Exception {
        visit("www.shop.example", "/bare", "");
        String[] pairs = row.text("header").split("; ", -1);
        for (int i = 0; i < pairs.length; i++) {
            // RFC 6265 §5.4: the longer path comes first, so twins stand in the order of the row.
            plant(pairs[i], i == 0 && pairs.length > 1 ? "/spied" : "/");
        }
        String clickId = row.orNull("clickId");
        visit("www.shop.example", "/spied", "");
        assertEquals(row.text("header"), script("document.cookie"), "what the browser shows a script");
        visit("www.shop.example", "/spied", "epik=" + (clickId == null ? "abc" : clickId));
        assertEquals(clickId == null ? "1" : "0", script("written.length"), row::toString);
        visit("www.shop.example", "/spied", "epik=another");
        assertEquals("1", script("written.length"), "another click id is written");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hosts")
    void asksForTheDomainThatTheTableSays(Vectors.Row row) throws Exception {
        visit(row.text("host"), "/spied", "epik=abc");
        assertTrue(values().contains("abc"), row::toString);
        String domain = row.orNull("domain");
        if (domain != null) { // elsewhere the browser decides
            assertEquals(line("abc", domain), script("written.join()"), row::toString);
        }
    }

    @Test
    void keepsNothingFromTheFragment() throws Exception {
        visit("www.shop.example", "/page", "utm_source=pinterest#?epik=abc&epik=abc");
        assertEquals(List.of(), values());
    }

    @Test
    void leavesOneNameGlobal() throws Exception {
        String names =
                "Object.getOwnPropertyNames(window).filter(function (name) { return name !== 'epik' }).sort().join()";
        visit("www.shop.example", "/bare", "epik=abc");
        String without = script(names);
        visit("www.shop.example", "/page", "epik=abc");
        assertEquals(without, script(names));
        assertEquals("clickId,eventId,grant,revoke", script("Object.keys(epik).sort().join()"));
    }

    // --- consent

    @Test
    void beforeTheYesNothingIsKeptAndAfterItWhatLanded() throws Exception {
        visit("www.shop.example", "/gated", "epik=abc");
        assertEquals("", script("document.cookie"));
        assertEquals("undefined", script("epik.clickId()"));
        script("epik.grant()");
        assertEquals("_epik=abc; _epik_consent=granted", jar());
        assertEquals("abc", script("epik.clickId()"));
        assertEquals("text/plain;charset=utf-8 consent=granted&epik=abc", heard());
    }

    @Test
    void aYesOnALaterPageTakesTheClickFromThisSitesReferrer() throws Exception {
        visit("www.shop.example", "/gated", "epik=abc");
        follow("/gated");
        assertEquals("", script("document.cookie"));
        script("epik.grant()");
        assertEquals(List.of("abc"), values());
    }

    @Test
    void aYesOnAnEarlierPageHolds() throws Exception {
        visit("www.shop.example", "/gated", "");
        script("epik.grant()");
        visit("shop.example", "/gated", "epik=abc");
        assertEquals(List.of("abc"), values());
    }

    @Test
    void anotherSitesReferrerIsNoClick() throws Exception {
        visit("evil.example", "/bare", "epik=abc");
        follow("//" + authority("www.shop.example") + "/page");
        assertEquals(List.of(), values());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("referrer")
    void thePageJustLeftAndTheCookieMeetAsTheTableSays(Vectors.Row row) throws Exception {
        visit("www.shop.example", "/bare", row.text("referrer"));
        plant("_epik=" + row.text("cookie"), "/;domain=shop.example");
        follow("/page?" + row.text("query"));
        assertEquals(List.of(row.text("after")), values(), row::toString);
    }

    @Test
    void theReferrerIsReadOnce() throws Exception {
        visit("www.shop.example", "/bare", "epik=newer");
        follow("/page");
        assertEquals(List.of("newer"), values());
        plant("_epik=newest", "/;domain=shop.example"); // from another tab
        script("history.pushState(1, '', '/page?2')");
        assertEquals(List.of("newest"), values());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("consent")
    void obeysTheCookiesAsTheTableSays(Vectors.Row row) throws Exception {
        String page = row.text("setting").equals("required") ? "/required" : "/page";
        String expected = row.text("expected");
        visit("www.shop.example", "/bare", "");
        if (!expected.equals("granted")) {
            plant("_epik=older", "/;domain=shop.example");
        }
        List<String> pairs = Stream.of(row.text("cookie").split(";"))
                .map(String::strip)
                .filter(pair -> !pair.isEmpty())
                .toList();
        for (int i = 0; i < pairs.size(); i++) {
            String name = pairs.get(i).replaceFirst("=.*", "=");
            boolean again = pairs.subList(i + 1, pairs.size()).stream().anyMatch(pair -> pair.startsWith(name));
            plant(pairs.get(i), again ? page : "/");
        }
        visit("www.shop.example", page, "epik=newer");
        assertEquals(expected.equals("granted") ? "newer" : "undefined", script("epik.clickId()"), row::toString);
        if (!expected.equals("granted")) {
            assertEquals(expected.equals("denied") ? List.of() : List.of("older"), values(), row::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/gpc", "/told"})
    void aNoOnASubDomainErasesTheCookieOfEveryParentDomain(String page) throws Exception {
        visit("www.shop.example", "/page", "epik=abc");
        visit("a.pay.shop.example", "/bare", "");
        assertEquals("_epik=abc", script("document.cookie"));
        plant("_epik=def", "/;domain=pay.shop.example");
        visit("a.pay.shop.example", page, "");
        script("epik.revoke()");
        assertEquals(List.of(), values());
        visit("www.shop.example", "/bare", "");
        assertEquals("", script("document.cookie"));
    }

    @Test
    void theLastAnswerWinsWhateverHostItWasGivenOn() throws Exception {
        visit("www.shop.example", "/gated", "");
        plant("_epik_consent=granted", "/"); // as cookie-domain=host left it
        script("epik.revoke()");
        assertEquals("_epik_consent=denied", script("document.cookie"));
        visit("a.store.shop.example", "/gated", "epik=abc");
        plant("_epik_consent=denied", "/;domain=store.shop.example");
        script("epik.grant()");
        assertEquals("_epik=abc; _epik_consent=granted", jar());
        visit("www.shop.example", "/gated", "epik=def");
        assertEquals("_epik=def; _epik_consent=granted", jar(), "written for the widest domain that had an answer");
        script("epik.revoke()");
        visit("a.store.shop.example", "/gated", "");
        assertEquals("_epik_consent=denied", jar());
    }

    @Test
    void aFirstAnswerIsNotForWiderDomains() throws Exception {
        visit("store.shop.example", "/gated", "");
        script("epik.revoke()");
        assertEquals("_epik_consent=denied", script("document.cookie"));
        visit("www.shop.example", "/gated", "");
        assertEquals("", script("document.cookie"));
    }

    @Test
    void aSecondYesKeepsTheClickThatANoErased() throws Exception {
        visit("www.shop.example", "/gated", "epik=abc");
        script("epik.grant()");
        script("history.pushState(1, '', '/page')");
        script("epik.revoke()");
        assertEquals(List.of(), values());
        script("epik.grant()");
        assertEquals(List.of("abc"), values());
    }

    @Test
    void aNoWithNothingToEraseWritesNothing() throws Exception {
        visit("www.shop.example", "/bare", "");
        plant("_epik_consent=denied", "/");
        visit("www.shop.example", "/spied", "epik=abc");
        script("history.pushState(1, '', '/page?2')");
        assertEquals("", script("written.join()"));
    }

    @Test
    void aNoErasesAndHoldsAndIsTold() throws Exception {
        visit("www.shop.example", "/told", "epik=abc");
        assertEquals("text/plain;charset=utf-8 epik=abc", heard());
        plant("_epik=twin", "/"); // for the host alone, as another setting may have left it
        script("epik.revoke()");
        assertEquals("_epik_consent=denied", jar());
        assertEquals("undefined", script("epik.clickId()"));
        assertEquals("text/plain;charset=utf-8 consent=denied", heard());
        visit("www.shop.example", "/told", "epik=def");
        assertEquals(List.of(), values());
        script("epik.grant()");
        assertEquals("_epik=def; _epik_consent=granted", jar());
    }

    @ParameterizedTest
    @CsvSource({"/gpc, ''", "/gpc-ignored, abc"})
    void globalPrivacyControlIsANoUnlessItIsSwitchedOff(String page, String clickId) throws Exception {
        visit("www.shop.example", page, "epik=abc");
        script("epik.grant()");
        assertEquals(clickId, String.join("", values()));
    }

    // --- single pages, the beacon, the rest

    @ParameterizedTest
    @ValueSource(strings = {"pushState", "replaceState"})
    void aRouteWithAClickIsALanding(String method) throws Exception {
        visit("www.shop.example", "/page", "");
        script("history." + method + "(1, '', '/page?epik=abc')");
        assertEquals(List.of("abc"), values());
        assertEquals("1", script("history.state"), "the page's own call went through");
    }

    @Test
    void aClickThatWaitsForTheYesOutlivesRoutes() throws Exception {
        visit("www.shop.example", "/required", "epik=abc");
        script("history.pushState(1, '', '/page')");
        script("epik.grant()");
        assertEquals(List.of("abc"), values());
    }

    @Test
    void aRouteThatKeepsItsUrlIsNoSecondLanding() throws Exception {
        visit("www.shop.example", "/page", "epik=older");
        plant("_epik=newer", "/;domain=shop.example"); // from another tab
        script("history.pushState(1, '', '/page?epik=older&tab=2')");
        assertEquals(List.of("newer"), values());
    }

    @Test
    void theBeaconIsToldWhatIsNewAndNothingElse() throws Exception {
        visit("www.shop.example", "/told", "epik=abc");
        visit("www.shop.example", "/told", "epik=abc");
        visit("www.shop.example", "/told", "");
        visit("www.shop.example", "/told", "epik=def");
        assertEquals("text/plain;charset=utf-8 epik=abc", heard());
        assertEquals("text/plain;charset=utf-8 epik=def", heard());
    }

    @Test
    void withoutABeaconNothingIsTold() throws Exception {
        visit("www.shop.example", "/required", "epik=abc");
        script("epik.grant()");
        visit("www.shop.example", "/told", "epik=last");
        assertEquals("text/plain;charset=utf-8 epik=last", heard());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/told-elsewhere", "/told-to-another-host", "/told-with-another-base"})
    void noOtherOriginIsEverTold(String page) throws Exception {
        visit("www.shop.example", page, "epik=abc");
        assertEquals(List.of("abc"), values());
        visit("www.shop.example", "/told", "epik=last");
        String heard = heard();
        assertEquals(
                "text/plain;charset=utf-8 epik=last", heard.endsWith("=abc") && !heard.contains("host") ? heard() : heard);
    }

    @Test
    void anElementOfThePageIsNotTakenForTheScriptsTag() throws Exception {
        visit("www.shop.example", "/clobbered-settings", "epik=abc");
        assertEquals(List.of(), values());
        script("epik.grant()");
        assertEquals(List.of("abc"), values());
        visit("www.shop.example", "/told", "epik=last");
        assertEquals("text/plain;charset=utf-8 epik=last", heard());
    }

    @Test
    void whereAnElementHidesTheCookiesNothingIsTold() throws Exception {
        visit("www.shop.example", "/bare", "");
        plant("_epik_consent=denied", "/");
        visit("www.shop.example", "/clobbered-cookie", "epik=abc");
        visit("shop.example", "/told", "epik=last");
        assertEquals("text/plain;charset=utf-8 epik=last", heard());
    }

    @Test
    void inABundleConsentIsRequired() throws Exception {
        visit("www.shop.example", "/bundle", "epik=abc");
        assertEquals("", script("document.cookie"));
        script("epik.grant()");
        assertEquals("_epik=abc; _epik_consent=granted", jar());
        assertEquals("1", script("end"));
    }

    @Test
    void aSecondLoadChangesNothing() throws Exception {
        visit("www.shop.example", "/twice", "epik=abc");
        assertEquals("text/plain;charset=utf-8 epik=abc", heard());
        assertEquals("true", script("first[0] === epik && typeof epik.grant === 'function'"));
        assertEquals("true", script("first[1] === history.pushState && first[2] === history.replaceState"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"www.github.io", "www.co.uk"})
    void underAPublicSuffixTheCookiesAreForTheHost(String host) throws Exception {
        visit(host, "/gated", "epik=abc");
        script("epik.grant()");
        assertEquals("_epik=abc; _epik_consent=granted", jar());
    }

    @Test
    void theDomainAndTheLifetimeAreSettings() throws Exception {
        visit("www.shop.example", "/domain-host", "epik=abc");
        visit("shop.example", "/bare", "");
        assertEquals("", script("document.cookie"));
        visit("pay.example.shop", "/domain-set", "epik=abc");
        assertEquals("_epik=abc;path=/;max-age=2592000;SameSite=Lax;domain=example.shop", script("written.join()"));
        visit("pay.myexample.shop", "/domain-set", "epik=abc");
        assertEquals("_epik=abc", script("document.cookie"), "it does not cover this host");
        visit("a.pay.myexample.shop", "/bare", "");
        assertEquals("", script("document.cookie"));
    }

    @Test
    void anEventIdIsNeverTheSame() throws Exception {
        visit("www.shop.example", "/page", "");
        String one = script("epik.eventId()");
        assertTrue(one.matches("\\d{13}-0\\.\\d+(e-\\d+)?"), one);
        assertNotEquals(one, script("epik.eventId()"));
    }

    @ParameterizedTest
    @CsvSource({
        "epik=abc_123, abc_123",
        "utm_source=pinterest&epik=abc&x=1, abc",
        "epik=first&epik=second, first",
        "x=1?epik=abc, ''",
        "epik=a%20b, ''",
        "epik=, ''",
        "myepik=abc, ''",
    })
    void theInlineVariantCapturesToo(String query, String clickId) throws Exception {
        visit("www.shop.example", "/inline", query);
        assertEquals(clickId, String.join("", values()));
    }

    final String heard() throws Exception {
        return site.heard().replace("UTF-8", "utf-8").replace("; ", ";");
    }

    /** In one order on every browser. */
    private String jar() {
        return Stream.of(script("document.cookie").split("; ", -1)).sorted().collect(Collectors.joining("; "));
    }

    /** Goes there from the page that is open, so that this page is the referrer. */
    abstract void follow(String url) throws Exception;

    /** Host and port of this site in a URL. */
    abstract String authority(String host);

    static String line(String clickId, @Nullable String domain) {
        return "_epik=" + clickId + ";path=/;max-age=31536000;SameSite=Lax"
                + (domain == null ? "" : ";domain=" + domain);
    }

    private void plant(String pair, String scope) {
        script("document.cookie = '" + pair.replace("'", "\\'") + ";max-age=60;path=" + scope + "'");
    }
}
