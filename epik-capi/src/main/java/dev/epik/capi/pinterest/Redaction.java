// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import dev.epik.capi.AccessToken;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Removes secrets and personal data from Pinterest's texts before they reach a reason, a log or an outcome. It is a
 * pure function of the text, the access token and the batch. It removes
 *
 * <ul>
 *   <li>the access token,
 *   <li>IP address, user agent and click id of every event of the batch, also if they are truncated or escaped as in
 *       JSON,
 *   <li>everything else that looks like an IPv4, IPv6 or email address.
 * </ul>
 *
 * <p>The events are searched only when there is a text to redact, and each different text of a batch is redacted once.
 * Not thread-safe.
 */
final class Redaction implements UnaryOperator<String> {
    /** Shorter values are not masked: they identify no person, and their letters occur in every text. */
    private static final int MIN_LENGTH = 4;

    /** Shorter values are masked only as whole words. */
    private static final int MIN_PART_LENGTH = 8;

    /** If a text quotes this many characters from the start of a value, it quotes the truncated value. */
    private static final int MIN_PREFIX_LENGTH = 16;

    private static final String IP_ADDRESS = "[IP address]";

    /** The masks by the name of the field in an event. */
    private static final Map<String, String> MASKS = Map.of(
            "client_ip_address", IP_ADDRESS,
            "client_user_agent", "[user agent]",
            "click_id", "[click id]");

    /** Does not match a version such as v1.2.3.4, Chrome/120.0.0.0 or 1.2.3.4.5. */
    private static final Pattern IPV4 =
            Pattern.compile("(?<![A-Za-z0-9.])(?<![A-Za-z]/)\\d{1,3}(?:\\.\\d{1,3}){3}(?![A-Za-z0-9]|\\.\\d)");

    /** Matches candidates; see {@link #isIpv6}. */
    private static final Pattern IPV6 = Pattern.compile(
            "(?<![A-Za-z0-9])(?:[0-9A-Fa-f]{0,4}:){2,8}(?:\\d{1,3}(?:\\.\\d{1,3}){3}|[0-9A-Fa-f]{0,4})(?![A-Za-z0-9])");

    private static final Pattern EMAIL = Pattern.compile(
            "[^\\s@<>\"'(),;:=\\[\\]{}]{1,64}(?:@|%40)[^\\s@<>\"'(),;:=\\[\\]{}]{1,250}\\.[^\\W\\d_]{2,20}");

    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u([0-9A-Fa-f]{4})|([\"\\\\/bfnrt]))");

    private final AccessToken token;
    private final List<String> eventsJson;
    private final Map<String, String> done = new HashMap<>();

    /** The values to mask, the longest first. Collected at the first text. */
    private @Nullable List<Secret> secrets;

    private record Secret(String value, String mask) {
        boolean isWord() {
            return value.length() < MIN_PART_LENGTH;
        }

        boolean hasPrefix() {
            return value.length() > MIN_PREFIX_LENGTH;
        }

        String prefix() {
            return value.substring(0, MIN_PREFIX_LENGTH);
        }
    }

    Redaction(AccessToken token, List<String> eventsJson) {
        this.token = token;
        this.eventsJson = eventsJson;
    }

    @Override
    public String apply(String text) {
        return text.isEmpty() ? text : done.computeIfAbsent(text, this::redact);
    }

    /**
     * Masks the text. If escapes hide a value, the result is the unescaped text with masks. Otherwise the text keeps
     * its escapes.
     */
    private String redact(String text) {
        String asWritten = maskWhole(text);
        String unescaped = unescape(asWritten);
        String masked = maskPatterns(maskWhole(unescaped));
        return masked.equals(unescaped) ? maskPatterns(asWritten) : masked;
    }

    private String maskWhole(String text) {
        String masked = text.replace(token.value(), "[access token]");
        for (Secret secret : secrets()) {
            masked = maskWhole(masked, secret);
        }
        return masked;
    }

    private String maskPatterns(String text) {
        String masked = maskPrefixes(text, secrets());
        masked = IPV6.matcher(masked).replaceAll(found -> isIpv6(found.group()) ? IP_ADDRESS : found.group());
        masked = IPV4.matcher(masked).replaceAll(IP_ADDRESS);
        return EMAIL.matcher(masked).replaceAll("[email address]");
    }

    private static String maskWhole(String text, Secret secret) {
        if (!secret.isWord()) {
            return text.replace(secret.value(), secret.mask());
        }
        int at = text.indexOf(secret.value());
        if (at < 0) {
            return text;
        }
        StringBuilder masked = new StringBuilder();
        int from = 0;
        for (; at >= 0; at = text.indexOf(secret.value(), at + 1)) {
            int end = at + secret.value().length();
            if (at >= from && !isWordBefore(text, at) && !isWordAt(text, end)) {
                masked.append(text, from, at).append(secret.mask());
                from = end;
            }
        }
        return masked.append(text, from, text.length()).toString();
    }

    private static boolean isWordBefore(String text, int at) {
        return at > 0 && isWordAt(text, at - 1);
    }

    private static boolean isWordAt(String text, int at) {
        return at < text.length() && Character.isLetterOrDigit(text.charAt(at));
    }

    /** Masks truncated values. If several values begin alike, as user agents do, the longest match counts. */
    private static String maskPrefixes(String text, List<Secret> secrets) {
        StringBuilder masked = new StringBuilder(text);
        for (Secret secret : secrets) {
            int at = secret.hasPrefix() ? masked.indexOf(secret.prefix()) : -1;
            for (; at >= 0; at = masked.indexOf(secret.prefix(), at + 1)) {
                masked.replace(at, at + longestMatch(masked, at, secrets), secret.mask());
            }
        }
        return masked.toString();
    }

    private static int longestMatch(CharSequence text, int at, List<Secret> secrets) {
        int longest = 0;
        for (Secret secret : secrets) {
            int length = 0;
            int max = Math.min(secret.value().length(), text.length() - at);
            while (length < max && text.charAt(at + length) == secret.value().charAt(length)) {
                length++;
            }
            longest = Math.max(longest, length);
        }
        return longest;
    }

    /**
     * Returns whether the candidate is an IPv6 address: eight groups, or fewer with an IPv4 address at the end, or any
     * number of groups with a gap. Times and MAC addresses are not.
     */
    private static boolean isIpv6(String candidate) {
        if (candidate.contains("::")) {
            return candidate.chars().anyMatch(c -> c != ':');
        }
        String[] groups = candidate.split(":", -1);
        boolean whole = List.of(groups).stream().noneMatch(String::isEmpty);
        return whole && groups.length == (candidate.indexOf('.') < 0 ? 8 : 7);
    }

    private List<Secret> secrets() {
        List<Secret> found = secrets;
        if (found == null) {
            Map<String, String> masks = new HashMap<>();
            MASKS.forEach((name, mask) -> eventsJson.forEach(event -> collect(event, name, mask, masks)));
            found = masks.entrySet().stream()
                    .map(each -> new Secret(each.getKey(), each.getValue()))
                    .sorted(Comparator.comparingInt(
                                    (Secret each) -> each.value().length())
                            .reversed())
                    .toList();
            secrets = found;
        }
        return found;
    }

    /** Collects the values of the fields with this name in a JSON text, without parsing it. */
    private static void collect(String json, String name, String mask, Map<String, String> masks) {
        String key = '"' + name + '"';
        for (int at = json.indexOf(key); at >= 0; at = json.indexOf(key, at + 1)) {
            int colon = nextNonBlank(json, at + key.length());
            int quote = nextNonBlank(json, colon + 1);
            if (charAt(json, colon) == ':' && charAt(json, quote) == '"') {
                String value = unescape(json.substring(quote + 1, endOfText(json, quote + 1)));
                if (value.length() >= MIN_LENGTH) {
                    masks.put(value, mask);
                }
            }
        }
    }

    private static int nextNonBlank(String json, int from) {
        int at = from;
        while (at < json.length() && Character.isWhitespace(json.charAt(at))) {
            at++;
        }
        return at;
    }

    private static char charAt(String json, int at) {
        return at < json.length() ? json.charAt(at) : 0;
    }

    private static int endOfText(String json, int from) {
        int at = from;
        while (at < json.length() && json.charAt(at) != '"') {
            at += json.charAt(at) == '\\' ? 2 : 1;
        }
        return Math.min(at, json.length());
    }

    private static String unescape(String text) {
        return text.indexOf('\\') < 0
                ? text
                : ESCAPE.matcher(text).replaceAll(found -> Matcher.quoteReplacement(meaning(found)));
    }

    private static String meaning(MatchResult escape) {
        if (escape.group(1) != null) {
            return String.valueOf((char) Integer.parseInt(escape.group(1), 16));
        }
        return switch (escape.group(2)) {
            case "b" -> "\b";
            case "f" -> "\f";
            case "n" -> "\n";
            case "r" -> "\r";
            case "t" -> "\t";
            default -> escape.group(2);
        };
    }
}
