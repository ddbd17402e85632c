// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a visit says that cannot be the visitor's: a proxy's address, a program's user agent. */
final class VisitRules {
    private static final Pattern NOT_PUBLIC = Pattern.compile(
            "(10|127)\\..*|192\\.168\\..*|169\\.254\\..*|172\\.(1[6-9]|2\\d|3[01])\\..*|::1|0:0:0:0:0:0:0:1|f[cd]..:.*|fe[89ab].:.*",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern PROGRAM = Pattern.compile(
            "(curl|wget|java|okhttp|apache-httpclient|python|go-http|postman|axios|node)\\b.*|.*(bot|crawler|spider)\\b.*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static final Map<String, String> WHY_LEFT_OUT = Map.of(
            "clickId", "is no click id: give the cookie _epik as it is",
            "ip", "is no address of a visitor's: give one IPv4 or IPv6 address, not the list of a header",
            "pageUrl", "is no absolute http URL");

    private VisitRules() {}

    static void warn(Draft event, List<Problem> problems) {
        Visit visit = event.visit;
        for (String field : List.of("clickId", "ip", "pageUrl")) {
            if (visit.leftOut().contains(field)) {
                problems.add(Problem.warning(field, WHY_LEFT_OUT.get(field) + ". Left out."));
            }
        }
        boolean said = visit.leftOut().contains("clickId");
        if (visit.clickId() == null && !said && event.actionSource == ActionSource.WEB) {
            problems.add(Problem.warning(
                    "clickId", "is missing: the sale can be matched by customer data alone. Is the filter in front?"));
        }
        if (matches(NOT_PUBLIC, visit.ip())) {
            problems.add(Problem.warning(
                    "ip", "is of a private network or this machine: behind proxies, name them in TrustedProxies"));
        }
        if (matches(PROGRAM, visit.userAgent())) {
            problems.add(Problem.warning(
                    "userAgent", "is a program's: take the visit where the visitor's own request is at hand"));
        }
    }

    private static boolean matches(Pattern pattern, @Nullable String text) {
        return text != null && pattern.matcher(text).matches();
    }
}
