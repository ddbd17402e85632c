// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import dev.epik.capi.EpikException;
import dev.epik.capi.address.IpAddress;
import dev.epik.capi.event.rules.OptOutRules;
import dev.epik.capi.event.visit.PageUrl;
import dev.epik.capi.event.visit.VisitText;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The visit that led to an event: click id, browser, page, and whether the visitor consented.
 *
 * <p>Create it while the visitor's own request is at hand, with {@code ServletVisit.of(request)}, and keep it with the
 * order: a payment provider's callback comes without the visitor's cookies. {@link #toText()} returns a line for a
 * column of the order's table, and {@link #ofText} reads it days later. A visit that is built by hand names the
 * consent: {@code Visit.of(Visit.Consent.GRANTED, "checkbox at checkout").withIp(ip)}.
 *
 * <p>Click id, IP address and user agent are personal data and are sent unhashed; {@link #toString()} shows none of
 * them. Immutable.
 */
public final class Visit {
    /** The maximal length of {@link #toText()}, in ASCII characters: a database column needs this size. */
    public static final int MAX_TEXT_LENGTH = VisitText.MAX_LENGTH;

    /** The reason of a denial by the header {@code Sec-GPC: 1}, of a visitor who has not answered otherwise. */
    public static final String SEC_GPC = OptOutRules.SEC_GPC;

    /** The reason of a denial by the opt-out in the IAB's US Privacy String. */
    public static final String US_PRIVACY = OptOutRules.US_PRIVACY;

    private static final int MAX_CLICK_ID_LENGTH = 2048;

    /** The ASCII characters of the filter's alphabet. */
    private static final boolean[] ALLOWED_IN_CLICK_ID = new boolean[128];

    static {
        for (char c = 0; c < ALLOWED_IN_CLICK_ID.length; c++) {
            ALLOWED_IN_CLICK_ID[c] = Character.isLetterOrDigit(c) || "-_.~+/=".indexOf(c) >= 0;
        }
    }

    /** The visit of an event without a visit: whether it may be reported is unknown. */
    static final Visit NONE = of(Consent.UNKNOWN, "the event has no visit: call visit(…)");

    /** Whether the visitor allows the shop to report the event. */
    public enum Consent {
        /** The visitor consented, or the shop needs no consent. */
        GRANTED,
        /** The visitor refused, or withdrew the consent. */
        DENIED,
        /** The visitor was not asked yet, although consent is required. */
        UNKNOWN
    }

    /** The visitor's answer: the consent, its source, and its time to the second. */
    private record Answer(
            Consent consent, String reason, @Nullable Instant time) {
        static Answer of(Consent consent, String reason, @Nullable Instant time) {
            return new Answer(
                    Objects.requireNonNull(consent, "consent"),
                    Objects.requireNonNull(reason, "reason"),
                    time == null ? null : time.truncatedTo(ChronoUnit.SECONDS));
        }
    }

    private final @Nullable String clickId;
    private final @Nullable String ip;
    private final @Nullable String userAgent;
    private final @Nullable String pageUrl;
    private final Answer answer;
    private final Set<String> invalidFields;

    private Visit(
            @Nullable String clickId,
            @Nullable String ip,
            @Nullable String userAgent,
            @Nullable String pageUrl,
            Answer answer,
            Set<String> invalidFields) {
        this.clickId = clickId;
        this.ip = ip;
        this.userAgent = userAgent;
        this.pageUrl = pageUrl;
        this.answer = answer;
        this.invalidFields = invalidFields;
    }

    /**
     * Returns a visit of which only the consent is known.
     *
     * @param consent only events with {@link Consent#GRANTED} are stored and sent
     * @param reason where the consent was read, for people who ask, such as {@code "checkbox at checkout"}; for an
     *     opt-out under US law {@link #SEC_GPC} or {@link #US_PRIVACY}
     */
    public static Visit of(Consent consent, String reason) {
        return new Visit(null, null, null, null, Answer.of(consent, reason, Instant.now()), Set.of());
    }

    /** Returns the click id as it is in the cookie or the URL; null if there is none. */
    public @Nullable String clickId() {
        return clickId;
    }

    /** Returns the IPv4 or IPv6 address without port and zone; null if unknown. */
    public @Nullable String ip() {
        return ip;
    }

    /** Returns the {@code User-Agent} header; null if unknown. */
    public @Nullable String userAgent() {
        return userAgent;
    }

    /**
     * Returns what may be sent of the page's URL: scheme, host, path, {@code epik} and {@code utm_*}; null if unknown.
     */
    public @Nullable String pageUrl() {
        return pageUrl;
    }

    /** Returns whether the visitor consented. */
    public Consent consent() {
        return answer.consent();
    }

    /** Returns where the consent was read. */
    public String consentReason() {
        return answer.reason();
    }

    /**
     * Returns when the consent was read, to the second: when the visit was created, or when {@link #withConsent} was
     * called. Null if the visit was read from a text of a version that did not write the time.
     */
    public @Nullable Instant consentTime() {
        return answer.time();
    }

    /** Returns which of {@code clickId}, {@code ip} and {@code pageUrl} were given and are invalid. */
    Set<String> invalidFields() {
        return invalidFields;
    }

    /**
     * Sets the click id. An invalid one (over 2,048 characters, or characters that {@code _epik} never has) is left out
     * with a warning. Null is unknown.
     */
    public Visit withClickId(@Nullable String id) {
        boolean isValid = isClickId(id);
        return new Visit(isValid ? id : null, ip, userAgent, pageUrl, answer, noteInvalid("clickId", id, isValid));
    }

    /**
     * Sets the visitor's own address. A port ({@code 203.0.113.9:54321}, {@code [2001:db8::1]:443}) and the zone of an
     * IPv6 address are removed. Anything but one IPv4 or IPv6 address is left out with a warning, and so are
     * {@code 0.0.0.0} and {@code ::}. Null is unknown. Never asks DNS.
     */
    public Visit withIp(@Nullable String address) {
        String bare = visitorAddress(address);
        return new Visit(clickId, bare, userAgent, pageUrl, answer, noteInvalid("ip", address, bare != null));
    }

    /** Sets the {@code User-Agent} header of the visitor's browser. Null and blank are unknown. */
    public Visit withUserAgent(@Nullable String agent) {
        String known = agent == null || agent.isBlank() ? null : agent;
        return new Visit(clickId, ip, known, pageUrl, answer, invalidFields);
    }

    /**
     * Sets the page on which the event happened: an absolute http or https URL. Query parameters except {@code epik}
     * and {@code utm_*} are cut off, and so is what may be an email address. An invalid URL is left out with a warning.
     */
    public Visit withPageUrl(@Nullable String url) {
        String trimmed = PageUrl.trim(url);
        return new Visit(clickId, ip, userAgent, trimmed, answer, noteInvalid("pageUrl", url, trimmed != null));
    }

    /** Sets the consent, which is read now; see {@link #of}. */
    public Visit withConsent(Consent newAnswer, String reason) {
        return withAnswer(Answer.of(newAnswer, reason, Instant.now()), invalidFields);
    }

    /** Sets when the consent was read, if that was not now; null if unknown. Fractions of a second are cut off. */
    public Visit withConsentTime(@Nullable Instant time) {
        return withAnswer(Answer.of(answer.consent(), answer.reason(), time), invalidFields);
    }

    private Visit withAnswer(Answer newAnswer, Set<String> invalid) {
        return new Visit(clickId, ip, userAgent, pageUrl, newAnswer, invalid);
    }

    private Set<String> noteInvalid(String field, @Nullable String given, boolean isValid) {
        if (isValid && invalidFields.isEmpty()) {
            return invalidFields;
        }
        Set<String> out = new TreeSet<>(invalidFields);
        if (isValid || given == null || given.isBlank()) {
            out.remove(field);
        } else {
            out.add(field);
        }
        return Set.copyOf(out);
    }

    /**
     * Returns the whole visit, the consent included, as one line of at most {@link #MAX_TEXT_LENGTH} ASCII characters.
     * If it is too long, values are left out, the page first. The line contains IP address, user agent and click id
     * unhashed: protect and delete it as you do the order. Without consent it contains only the consent.
     */
    public String toText() {
        String stored = answer.consent().name().toLowerCase(Locale.ROOT);
        return answer.consent() == Consent.GRANTED
                ? VisitText.write(
                        new VisitText.Fields(stored, answer.reason(), answer.time(), clickId, ip, userAgent, pageUrl))
                : VisitText.writeConsent(stored, answer.reason(), answer.time());
    }

    /**
     * Reads what {@link #toText()} of this or an earlier version has written.
     *
     * @throws EpikException if the text is null or empty, was cut off or changed, was written by a later version, or is
     *     something else. The message names the cause and quotes nothing of the text. In the {@code Supplier} form of
     *     {@code submit} the exception becomes a {@code Failed}
     */
    public static Visit ofText(@Nullable String text) {
        VisitText.Fields fields = VisitText.read(text);
        Consent stored = switch (fields.consent()) {
            case "granted" -> Consent.GRANTED;
            case "denied" -> Consent.DENIED;
            default -> Consent.UNKNOWN;
        };
        return of(stored, fields.reason())
                .withClickId(fields.clickId())
                .withIp(fields.ip())
                .withUserAgent(fields.userAgent())
                .withPageUrl(fields.pageUrl())
                .withAnswer(Answer.of(stored, fields.reason(), fields.time()), Set.of());
    }

    /** Checks for the alphabet of the filter, and the largest length to which the filter can be set. */
    private static boolean isClickId(@Nullable String id) {
        if (id == null || id.isEmpty() || id.length() > MAX_CLICK_ID_LENGTH) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (c >= ALLOWED_IN_CLICK_ID.length || !ALLOWED_IN_CLICK_ID[c]) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String visitorAddress(@Nullable String given) {
        String bare = IpAddress.bare(given);
        return bare == null || isUnspecified(bare) ? null : bare;
    }

    /** Returns whether it is {@code 0.0.0.0} or {@code ::}, in any notation. */
    private static boolean isUnspecified(String address) {
        for (int i = 0; i < address.length(); i++) {
            char c = address.charAt(i);
            if (c != '0' && c != ':' && c != '.') {
                return false;
            }
        }
        return true;
    }

    /** Compares everything but the time of the consent. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Visit visit
                && Objects.equals(clickId, visit.clickId)
                && Objects.equals(ip, visit.ip)
                && Objects.equals(userAgent, visit.userAgent)
                && Objects.equals(pageUrl, visit.pageUrl)
                && answer.consent() == visit.answer.consent()
                && answer.reason().equals(visit.answer.reason())
                && invalidFields.equals(visit.invalidFields);
    }

    @Override
    public int hashCode() {
        return Objects.hash(clickId, ip, userAgent, pageUrl, answer.consent(), answer.reason(), invalidFields);
    }

    /** Shows the consent and which values are known. It shows no value of the visitor. */
    @Override
    public String toString() {
        return "Visit[clickId=" + (clickId == null ? "none" : clickId.length() + " characters") + ", ip="
                + (ip == null ? "none" : "known") + ", userAgent=" + (userAgent == null ? "none" : "known")
                + ", consent="
                + answer.consent() + " (" + answer.reason() + ")]";
    }
}
