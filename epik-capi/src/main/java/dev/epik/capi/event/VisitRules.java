// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import dev.epik.capi.address.IpAddress;
import java.util.List;
import java.util.Map;

/** What a visit says that cannot be the visitor's: a proxy's address, a program's user agent. */
final class VisitRules {
    private static final int IPV4_BYTES = 4;

    /** In small letters, as what a user agent begins with. */
    private static final List<String> PROGRAMS = List.of(
            "curl", "wget", "java", "okhttp", "apache-httpclient", "python", "go-http", "postman", "axios", "node");

    /** A bit for the first letter of each word that names a robot: by the last five bits of a letter, which its case does not change. */
    private static final int BCS = (1 << 'b') | (1 << 'c') | (1 << 's');

    private static final Map<String, String> WHY_LEFT_OUT = Map.of(
            "clickId", "is no click id: give the cookie _epik as it is",
            "ip", "is no address of a visitor's: give one IPv4 or IPv6 address, not the list of a header",
            "pageUrl", "is no absolute http URL");

    private VisitRules() {}

    static void warn(Draft event, List<Problem> problems) {
        Visit visit = event.visit;
        if (!visit.leftOut().isEmpty()) {
            for (String field : List.of("clickId", "ip", "pageUrl")) {
                if (visit.leftOut().contains(field)) {
                    problems.add(Problem.warning(field, WHY_LEFT_OUT.get(field) + ". Left out."));
                }
            }
        }
        boolean said = visit.leftOut().contains("clickId");
        if (visit.clickId() == null && !said && event.actionSource == ActionSource.WEB) {
            problems.add(Problem.warning(
                    "clickId", "is missing: the sale can be matched by customer data alone. Is the filter in front?"));
        }
        if (visit.ip() != null && isPrivate(visit.ip())) {
            problems.add(Problem.warning(
                    "ip", "is of a private network or this machine: behind proxies, name them in TrustedProxies"));
        }
        if (visit.userAgent() != null && isProgram(visit.userAgent())) {
            problems.add(Problem.warning(
                    "userAgent", "is a program's: take the visit where the visitor's own request is at hand"));
        }
    }

    /** Loopback, link-local, and the private ranges of RFC 1918 and RFC 4193. */
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

    /** By hand: it is asked for every event, and a pattern would take longer than all else that is asked. */
    private static boolean isProgram(String userAgent) {
        if (!userAgent.startsWith("Mozilla/")) { // as nearly every one does
            for (String program : PROGRAMS) {
                if (isWord(userAgent, 0, program)) {
                    return true;
                }
            }
        }
        for (int i = 0; i < userAgent.length(); i++) {
            if (((BCS >>> userAgent.charAt(i)) & 1) != 0 && isRobot(userAgent, i)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isRobot(String text, int at) {
        return isWord(text, at, "bot") || isWord(text, at, "crawler") || isWord(text, at, "spider");
    }

    /** In any case, and not the beginning of a longer word: {@code Googlebot/2.1}, not {@code Bottle}. */
    private static boolean isWord(String text, int at, String word) {
        int end = at + word.length();
        if (end > text.length()) {
            return false;
        }
        for (int i = at; i < end; i++) {
            char c = text.charAt(i);
            char wanted = word.charAt(i - at);
            if (c != wanted && (wanted == '-' || (c | ' ') != wanted)) {
                return false;
            }
        }
        return end == text.length() || !(Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_');
    }
}
