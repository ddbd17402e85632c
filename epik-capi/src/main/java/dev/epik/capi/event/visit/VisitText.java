// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event.visit;

import dev.epik.capi.EpikException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The text form of a {@code Visit}, one line of ASCII for a column of the order's table:
 * {@code epik1.CHECKSUM.consent=granted&reason=…&time=…&ip=…}.
 *
 * <p>The checksum is not a signature. It detects a text that a short column has cut off or that was edited. The shop's
 * own database is trusted.
 */
public final class VisitText {
    /** The maximal length of the text. */
    public static final int MAX_LENGTH = 2048;

    private static final String FAMILY = "epik";
    private static final String VERSION = "1";
    private static final Pattern NUMBER = Pattern.compile("\\d{1,4}");
    private static final Pattern SECONDS = Pattern.compile("[1-9][0-9]{0,10}");
    private static final int CHECKSUM_DIGITS = 8;

    /** Those of browsers are below 300. A longer one is invented and matches no visitor. */
    private static final int MAX_USER_AGENT_LENGTH = 512;

    private static final int MAX_REASON_LENGTH = 100;

    private VisitText() {}

    /**
     * The values of a visit as they are stored.
     *
     * @param consent {@code granted}, {@code denied} or {@code unknown}
     * @param time when the consent was read; null in a text from before it was written
     */
    public record Fields(
            String consent,
            String reason,
            @Nullable Instant time,
            @Nullable String clickId,
            @Nullable String ip,
            @Nullable String userAgent,
            @Nullable String pageUrl) {}

    /** Returns the text of a visit without consent: it contains nothing but the consent. */
    public static String writeConsent(String consent, String reason, @Nullable Instant time) {
        return line(new Fields(consent, cut(reason, MAX_REASON_LENGTH), time, null, null, null, null));
    }

    /**
     * Returns the text of a visit with consent. If it is too long, values are left out: the query of the page first,
     * then the page, the user agent and the click id.
     */
    public static String write(Fields visit) {
        String consent = visit.consent();
        String reason = cut(visit.reason(), MAX_REASON_LENGTH);
        Instant time = visit.time();
        String click = visit.clickId();
        String ip = visit.ip();
        String url = visit.pageUrl();
        String path = url == null ? null : url.split("\\?", 2)[0];
        String cutAgent = visit.userAgent() == null ? null : cut(visit.userAgent(), MAX_USER_AGENT_LENGTH);
        String agent = cutAgent == null || cutAgent.isBlank() ? null : cutAgent;
        for (Fields candidate : new Fields[] {
            new Fields(consent, reason, time, click, ip, agent, url),
            new Fields(consent, reason, time, click, ip, agent, path),
            new Fields(consent, reason, time, click, ip, agent, null),
            new Fields(consent, reason, time, click, ip, null, null),
            new Fields(consent, reason, time, null, ip, null, null)
        }) {
            String line = line(candidate);
            if (line.length() <= MAX_LENGTH) {
                return line;
            }
        }
        return writeConsent(consent, reason, time);
    }

    private static String cut(String text, int max) {
        if (text.length() <= max) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max);
    }

    private static String line(Fields visit) {
        StringBuilder fields = new StringBuilder();
        append(fields, "consent", visit.consent());
        append(fields, "reason", visit.reason());
        append(
                fields,
                "time",
                visit.time() == null ? null : Long.toString(visit.time().getEpochSecond()));
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

    /**
     * Reads a text. The values have not been validated.
     *
     * @throws EpikException if the text is not valid. The message contains the problem and the cure, and nothing of the
     *     text
     */
    public static Fields read(@Nullable String text) {
        if (text == null || text.isBlank()) {
            throw new EpikException(
                    "There is no text of a visit. For an order from before visits were stored, begin with"
                            + " Visit.of(Visit.Consent.GRANTED, …) if the shop may report it all the same");
        }
        int version = text.indexOf('.');
        int checksum = version + 1 + CHECKSUM_DIGITS;
        if (version < 0
                || !text.startsWith(FAMILY)
                || !NUMBER.matcher(text.substring(FAMILY.length(), version)).matches()) {
            throw new EpikException("This is not the text of a visit (" + text.length()
                    + " characters); pass what Visit.toText() returned, unchanged");
        }
        if (!text.substring(FAMILY.length(), version).equals(VERSION)) {
            throw new EpikException("The text of this visit has version "
                    + text.substring(FAMILY.length(), version) + ", this epik-capi reads version " + VERSION
                    + "; update epik-capi on this machine to the version that wrote it");
        }
        if (text.length() <= checksum
                || text.charAt(checksum) != '.'
                || !text.substring(version + 1, checksum).equals(checksum(text.substring(checksum + 1)))) {
            throw changed(text);
        }
        try {
            return fields(text.substring(checksum + 1));
        } catch (IllegalArgumentException ignored) { // a broken escape; its message quotes the text
            throw changed(text);
        }
    }

    private static EpikException changed(String text) {
        return new EpikException("The text of this visit was cut off or changed (" + text.length()
                + " characters); give its column " + MAX_LENGTH + " characters of ASCII");
    }

    /** Ignores unknown names: a later release may write them under the same version. */
    private static Fields fields(String text) {
        Map<String, String> fields = new HashMap<>();
        for (String pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                fields.putIfAbsent(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return new Fields(
                fields.getOrDefault("consent", "unknown"),
                fields.getOrDefault("reason", "the stored visit"),
                time(fields.get("time")),
                fields.get("click"),
                fields.get("ip"),
                fields.get("agent"),
                fields.get("page"));
    }

    /** Returns the time of this number of seconds since 1970; null if there is none. */
    private static @Nullable Instant time(@Nullable String seconds) {
        return seconds != null && SECONDS.matcher(seconds).matches()
                ? Instant.ofEpochSecond(Long.parseLong(seconds))
                : null;
    }
}
