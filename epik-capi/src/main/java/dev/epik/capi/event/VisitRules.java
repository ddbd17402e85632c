// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What a visit says that cannot be the visitor's: a proxy's address, a program's user agent. */
final class VisitRules {
    private static final List<String> PRIVATE = List.of("10.", "127.", "192.168.", "169.254.");
    private static final Pattern PRIVATE_172 = Pattern.compile("172\\.(1[6-9]|2\\d|3[01])\\..*");
    private static final Pattern PRIVATE_IPV6 =
            Pattern.compile("::1|0:0:0:0:0:0:0:1|f[cd]..:.*|fe[89ab].:.*", Pattern.CASE_INSENSITIVE);

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

    private static boolean isPrivate(String ip) {
        for (String network : PRIVATE) {
            if (ip.startsWith(network)) {
                return true;
            }
        }
        return (ip.startsWith("172.") && PRIVATE_172.matcher(ip).matches())
                || (ip.indexOf(':') >= 0 && PRIVATE_IPV6.matcher(ip).matches());
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
