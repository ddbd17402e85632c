// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event.rules;

import dev.epik.capi.address.IpAddress;
import dev.epik.capi.event.data.EventDraft;
import dev.epik.capi.event.data.EventDraft.Source;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Finds values of a visit that cannot be the visitor's: the address of a proxy, the user agent of a program. */
final class VisitRules {
    private static final int IPV4_BYTES = 4;

    /**
     * A program whose name the user agent begins with, or a robot anywhere in it. Whole words only:
     * {@code Googlebot/2.1}, not {@code Bottle}.
     */
    private static final Pattern PROGRAM = Pattern.compile(
            "(^(curl|wget|java|okhttp|apache-httpclient|python|go-http|postman|axios|node)|bot|crawler|spider)"
                    + "(?![\\w\\p{L}\\p{Nd}])",
            Pattern.CASE_INSENSITIVE);

    private static final Map<String, String> INVALID = Map.of(
            "clickId", "is not a click id: pass the cookie _epik unchanged",
            "ip", "is not the address of a visitor: give one IPv4 or IPv6 address, not the list of a header",
            "pageUrl", "is not an absolute http or https URL");

    private VisitRules() {}

    static void check(EventDraft event, ProblemReporter problems) {
        if (!event.invalidVisitFields.isEmpty()) {
            for (String field : List.of("clickId", "ip", "pageUrl")) {
                if (event.invalidVisitFields.contains(field)) {
                    problems.warning(field, INVALID.get(field) + ". Left out.");
                }
            }
        }
        boolean reported = event.invalidVisitFields.contains("clickId");
        if (event.clickId == null && !reported && event.source == Source.WEB) {
            problems.warning(
                    "clickId",
                    "is missing: the sale can be matched by customer data only. Is the filter in front of the shop?");
        }
        if (event.ip != null && isPrivate(event.ip)) {
            problems.warning(
                    "ip", "is of a private network or this machine: behind proxies, name them in TrustedProxies");
        }
        if (event.userAgent != null && isProgram(event.userAgent)) {
            problems.warning(
                    "userAgent", "is a program's: create the visit where the visitor's own request is at hand");
        }
    }

    /** Returns whether an address is loopback, link-local, or in the private ranges of RFC 1918 and RFC 4193. */
    private static boolean isPrivate(String ip) {
        byte[] bytes = IpAddress.bytes(ip);
        if (bytes == null) {
            return false;
        }
        int first = bytes[0] & 0xFF;
        int second = bytes[1] & 0xFF;
        if (bytes.length == IPV4_BYTES) {
            return switch (first) {
                case 10, 127 -> true;
                case 169 -> second == 254;
                case 172 -> second >> 4 == 1;
                case 192 -> second == 168;
                default -> false;
            };
        }
        boolean uniqueLocal = (first & 0xFE) == 0xFC;
        boolean linkLocal = first == 0xFE && (second & 0xC0) == 0x80;
        return uniqueLocal || linkLocal || isLoopback(bytes);
    }

    private static boolean isLoopback(byte[] ipv6) {
        for (int i = 0; i < ipv6.length - 1; i++) {
            if (ipv6[i] != 0) {
                return false;
            }
        }
        return ipv6[ipv6.length - 1] == 1;
    }

    /** Checks with {@code contains} first: the pattern alone takes longer than the rest of an event. */
    private static boolean isProgram(String userAgent) {
        String lower = userAgent.toLowerCase(Locale.ROOT);
        boolean possible = !lower.startsWith("mozilla/")
                || lower.contains("bot")
                || lower.contains("crawler")
                || lower.contains("spider");
        return possible && PROGRAM.matcher(userAgent).find();
    }
}
