// SPDX-License-Identifier: Apache-2.0
package dev.epik.js;

import dev.epik.testing.VectorRow;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** The pages and the browser operations for tests of the script. A subclass provides the browser. */
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
    void clearBeacons() {
        site.clearBeacons();
    }

    /** Opens a page of {@link StaticSite} on a host. A port in {@code host} may be replaced by the site's. */
    abstract void visit(String host, String page, String query) throws Exception;

    /** Returns the values of all {@code _epik} cookies of the open page. */
    abstract List<String> values();

    /** Returns the value of an expression in the open page, as text. */
    abstract String script(String expression);

    /** Returns the rows whose hosts are valid in a URL of this browser. */
    abstract Stream<VectorRow> hosts();

    final String nextBeacon() throws Exception {
        return site.nextBeacon().replace("UTF-8", "utf-8").replace("; ", ";");
    }

    /** Returns the cookies of the open page, sorted, because browsers order them differently. */
    final String sortedCookies() {
        return Stream.of(script("document.cookie").split("; ", -1)).sorted().collect(Collectors.joining("; "));
    }

    /** Goes to a page from the open page, which becomes the referrer. */
    abstract void follow(String url) throws Exception;

    /** Returns the host and port of this site in a URL. */
    abstract String authority(String host);

    static String line(String clickId, @Nullable String domain) {
        return "_epik=" + clickId + ";path=/;max-age=31536000;SameSite=Lax"
                + (domain == null ? "" : ";domain=" + domain);
    }

    final void writeCookie(String pair, String scope) {
        script("document.cookie = '" + pair.replace("\\", "\\\\").replace("'", "\\'") + ";max-age=60;path=" + scope
                + "'");
    }
}
