// SPDX-License-Identifier: Apache-2.0
package dev.epik.js;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** The pages, and what the tests of the script ask of a browser; a subclass provides the browser. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BrowserContract {
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

    final String heard() throws Exception {
        return site.heard().replace("UTF-8", "utf-8").replace("; ", ";");
    }

    /** In one order on every browser. */
    final String jar() {
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

    final void plant(String pair, String scope) {
        script("document.cookie = '" + pair.replace("'", "\\'") + ";max-age=60;path=" + scope + "'");
    }
}
