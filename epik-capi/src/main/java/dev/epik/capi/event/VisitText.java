// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import dev.epik.capi.EpikException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Visit} as one line of ASCII, to lie in a column beside the order: {@code epik1.CHECKSUM.consent=granted&reason=…&ip=…}.
 *
 * <p>The checksum is no signature: it finds what a short column cut off, or an editor changed. The shop's own database is trusted.
 */
final class VisitText {
    private static final String FAMILY = "epik";
    private static final String VERSION = "1";
    private static final Pattern NUMBER = Pattern.compile("\\d{1,4}");
    private static final int CHECKSUM_DIGITS = 8;
    private static final String UNKNOWN_REASON = "the stored visit";

    /** Browsers' are under 300; what is longer was made up, and matches nobody. */
    private static final int LONGEST_USER_AGENT = 512;

    private static final int LONGEST_REASON = 100;

    private VisitText() {}

    /**
     * Never over {@link Visit#MAX_TEXT_LENGTH}: what does not fit is left out, the page's query first, then the page, then the browser.
     * Without consent, denied or not given yet, nothing is written but that.
     */
    static String write(Visit visit) {
        String reason = cut(visit.consentReason(), LONGEST_REASON);
        Visit bare = Visit.of(visit.consent(), reason);
        if (visit.consent() != Visit.Consent.GRANTED) {
            return line(bare);
        }
        String url = visit.pageUrl();
        String path = url == null ? null : url.split("\\?", 2)[0];
        String agent = visit.userAgent() == null ? null : cut(visit.userAgent(), LONGEST_USER_AGENT);
        Visit essential = bare.withClickId(visit.clickId()).withIp(visit.ip());
        for (Visit candidate : new Visit[] {
            essential.withUserAgent(agent).withPageUrl(url),
            essential.withUserAgent(agent).withPageUrl(path),
            essential.withUserAgent(agent),
            essential,
            bare.withIp(visit.ip())
        }) {
            String line = line(candidate);
            if (line.length() <= Visit.MAX_TEXT_LENGTH) {
                return line;
            }
        }
        return line(bare);
    }

    private static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
    }

    private static String line(Visit visit) {
        StringBuilder fields = new StringBuilder();
        append(fields, "consent", visit.consent().name().toLowerCase(Locale.ROOT));
        append(fields, "reason", visit.consentReason());
        append(fields, "click", visit.clickId());
        append(fields, "ip", visit.ip());
        append(fields, "agent", visit.userAgent());
        append(fields, "page", visit.pageUrl());
        return FAMILY + VERSION + "." + checksum(fields.toString()) + "." + fields;
    }

    private static void append(StringBuilder fields, String name, @Nullable String value) {
        if (value != null) {
            fields.append(fields.isEmpty() ? "" : "&").append(name).append('=');
            fields.append(URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
    }

    private static String checksum(String fields) {
        CRC32 crc = new CRC32();
        crc.update(fields.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    /** @throws EpikException with what is wrong and the cure, and nothing of the text */
    static Visit read(@Nullable String text) {
        if (text == null || text.isBlank()) {
            throw new EpikException("There is no text of a visit; for an order from before it was kept, begin with"
                    + " Visit.of(Visit.Consent.GRANTED, …) if the shop may report it all the same");
        }
        int version = text.indexOf('.');
        int checksum = version + 1 + CHECKSUM_DIGITS;
        if (version < 0
                || !text.startsWith(FAMILY)
                || !NUMBER.matcher(text.substring(FAMILY.length(), version)).matches()) {
            throw new EpikException("This is not the text of a visit (" + text.length()
                    + " characters); pass what Visit.toText() gave, unchanged");
        }
        if (!text.substring(FAMILY.length(), version).equals(VERSION)) {
            throw new EpikException("The text of this visit has version "
                    + text.substring(FAMILY.length(), version) + ", this epik-capi reads version " + VERSION
                    + "; update epik-capi on this machine to the one that wrote it");
        }
        if (text.length() <= checksum
                || text.charAt(checksum) != '.'
                || !text.substring(version + 1, checksum).equals(checksum(text.substring(checksum + 1)))) {
            throw changed(text);
        }
        try {
            return visit(fields(text.substring(checksum + 1)));
        } catch (IllegalArgumentException brokenEscape) { // its message quotes what it could not decode
            throw changed(text);
        }
    }

    private static EpikException changed(String text) {
        return new EpikException("The text of this visit was cut off or changed (" + text.length()
                + " characters); let its column hold " + Visit.MAX_TEXT_LENGTH + " characters of ASCII");
    }

    /** A name that this version does not know is passed over: a later one of the same number may write it. */
    private static Map<String, String> fields(String text) {
        Map<String, String> fields = new HashMap<>();
        for (String pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                fields.putIfAbsent(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return fields;
    }

    private static Visit visit(Map<String, String> fields) {
        Visit.Consent consent = switch (fields.getOrDefault("consent", "")) {
            case "granted" -> Visit.Consent.GRANTED;
            case "denied" -> Visit.Consent.DENIED;
            default -> Visit.Consent.UNKNOWN;
        };
        return Visit.of(consent, fields.getOrDefault("reason", UNKNOWN_REASON))
                .withClickId(fields.get("click"))
                .withIp(fields.get("ip"))
                .withUserAgent(fields.get("agent"))
                .withPageUrl(fields.get("page"))
                .withoutNotes();
    }
}
