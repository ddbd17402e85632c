// SPDX-License-Identifier: Apache-2.0
package shop;

import com.sun.net.httpserver.HttpExchange;
import dev.epik.capi.event.Visit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads what the script has left in the browser's cookies. */
final class BrowserVisit {
    private BrowserVisit() {}

    /** Returns the visit of a request. Without the visitor's yes, its consent is unknown and the sale is not stored. */
    // tag::static-visit[]
    static Visit of(HttpExchange request) {
        Map<String, String> cookies = cookies(request.getRequestHeaders().getOrDefault("Cookie", List.of()));
        boolean optedOut = "1".equals(request.getRequestHeaders().getFirst("Sec-GPC"));
        Visit.Consent consent = optedOut
                ? Visit.Consent.DENIED
                : switch (cookies.getOrDefault("_epik_consent", "")) {
                    case "granted" -> Visit.Consent.GRANTED;
                    case "denied" -> Visit.Consent.DENIED;
                    default -> Visit.Consent.UNKNOWN;
                };
        return Visit.of(consent, optedOut ? "Sec-GPC: 1" : "cookie _epik_consent")
                .withClickId(cookies.get("_epik"))
                .withIp(request.getRemoteAddress().getAddress().getHostAddress()) // of the proxy, behind one
                .withUserAgent(request.getRequestHeaders().getFirst("User-Agent"))
                .withPageUrl(request.getRequestHeaders().getFirst("Referer"));
    }

    private static Map<String, String> cookies(List<String> headers) {
        Map<String, String> cookies = new HashMap<>();
        for (String header : headers) {
            for (String pair : header.split("; ?", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    cookies.put(pair.substring(0, equals), pair.substring(equals + 1));
                }
            }
        }
        return cookies;
    }
    // end::static-visit[]
}
