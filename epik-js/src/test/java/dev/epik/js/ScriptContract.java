// SPDX-License-Identifier: Apache-2.0
package dev.epik.js;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
        assertEquals(line("abc", row.orNull("domain")), script("written.join()"), row::toString);
    }

    @Test
    void keepsNothingFromTheFragment() throws Exception {
        visit("www.shop.example", "/page", "utm_source=pinterest#?epik=abc&epik=abc");
        assertEquals(List.of(), values());
    }

    @Test
    void leavesNothingGlobal() throws Exception {
        String names = "Object.getOwnPropertyNames(window).sort().join()";
        visit("www.shop.example", "/bare", "epik=abc");
        String without = script(names);
        visit("www.shop.example", "/page", "epik=abc");
        assertEquals(without, script(names));
    }

    static String line(String clickId, @Nullable String domain) {
        return "_epik=" + clickId + ";path=/;max-age=31536000;SameSite=Lax"
                + (domain == null ? "" : ";domain=" + domain);
    }

    private void plant(String pair, String scope) {
        script("document.cookie = '" + pair + ";max-age=60;path=" + scope + "'");
    }
}
