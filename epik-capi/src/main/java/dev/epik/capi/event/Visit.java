// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import dev.epik.capi.EpikException;
import dev.epik.capi.address.IpAddress;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The visit that led to an event: which click, which browser, which page, and whether the visitor consented.
 *
 * <p>Take it where the visitor's own request is at hand, with {@code ServletVisit.of(request)}, and keep it with the order:
 * a payment provider's callback comes without the visitor's cookies. {@link #toText()} makes a line for a column of the order's
 * table, {@link #ofText} reads it back days later.
 *
 * <p>Click id, IP address and user agent are personal data and travel in clear; {@link #toString()} shows none of them.
 * Immutable.
 *
 * @param clickId as it stood in the cookie or on the URL, byte for byte; null where there was none
 * @param ip IPv4 or IPv6, without port and zone; null where unknown
 * @param pageUrl already cut to what may travel: scheme, host, path, {@code epik} and {@code utm_*}
 * @param consent only {@link Consent#GRANTED} is ever sent
 * @param consentReason why, for people who ask
 * @param leftOut which of {@code clickId}, {@code ip} and {@code pageUrl} were given and are none; an event warns of them
 */
public record Visit(
        @Nullable String clickId,
        @Nullable String ip,
        @Nullable String userAgent,
        @Nullable String pageUrl,
        Consent consent,
        String consentReason,
        Set<String> leftOut) {

    /** Of {@link #toText()}, in characters of ASCII: what a column must hold. */
    public static final int LONGEST_TEXT = 2048;

    private static final int LONGEST_CLICK_ID = 2048;

    private static final boolean[] IN_CLICK_IDS = new boolean[128];

    static {
        for (char c = 0; c < IN_CLICK_IDS.length; c++) {
            IN_CLICK_IDS[c] = Character.isLetterOrDigit(c) || "-_.~+/=".indexOf(c) >= 0;
        }
    }

    private static final Visit UNKNOWN = new Visit(null, null, null, null, Consent.GRANTED, "the shop", Set.of());

    /** What the visitor said to being reported. */
    public enum Consent {
        GRANTED,
        /** Said no, or took it back. */
        DENIED,
        /** Was not asked yet where asking is required. */
        UNKNOWN
    }

    public Visit {
        consent = consent == null ? Consent.UNKNOWN : consent;
        consentReason = consentReason == null ? "" : consentReason;
        clickId = isClickId(clickId) ? clickId : null;
        ip = visitorAddress(ip);
        userAgent = userAgent == null || userAgent.isBlank() ? null : userAgent;
        pageUrl = SourceUrl.trim(pageUrl);
        leftOut = Set.copyOf(leftOut);
    }

    /** Nothing known but that it may be reported: the shop that builds a visit by hand answers for the consent. */
    public static Visit unknown() {
        return UNKNOWN;
    }

    /** One that is no click id (over 2,048 characters, outside the alphabet of {@code _epik}) is left out. */
    public Visit withClickId(@Nullable String id) {
        Set<String> out = leftOut("clickId", id, isClickId(id));
        return new Visit(id, ip, userAgent, pageUrl, consent, consentReason, out);
    }

    /**
     * Sets the visitor's own address. A port ({@code 203.0.113.9:54321}, {@code [2001:db8::1]:443}) and the zone of an
     * IPv6 address are removed. Anything but one IPv4 or IPv6 address is left out with a warning, and so are
     * {@code 0.0.0.0} and {@code ::}. Null is unknown. Never asks DNS.
     */
    public Visit withIp(@Nullable String address) {
        Set<String> out = leftOut("ip", address, visitorAddress(address) != null);
        return new Visit(clickId, address, userAgent, pageUrl, consent, consentReason, out);
    }

    public Visit withUserAgent(@Nullable String agent) {
        return new Visit(clickId, ip, agent, pageUrl, consent, consentReason, leftOut);
    }

    /** Absolute, http or https; query parameters but {@code epik} and {@code utm_*} are cut off, and so is what may be an address. */
    public Visit withPageUrl(@Nullable String url) {
        Set<String> out = leftOut("pageUrl", url, SourceUrl.trim(url) != null);
        return new Visit(clickId, ip, userAgent, url, consent, consentReason, out);
    }

    public Visit withConsent(Consent answer, String reason) {
        return new Visit(clickId, ip, userAgent, pageUrl, answer, reason, leftOut);
    }

    Visit forgettingWhatWasLeftOut() {
        return new Visit(clickId, ip, userAgent, pageUrl, consent, consentReason, Set.of());
    }

    private Set<String> leftOut(String field, @Nullable String given, boolean good) {
        if (good && leftOut.isEmpty()) {
            return leftOut;
        }
        Set<String> out = new TreeSet<>(leftOut);
        if (good || given == null || given.isBlank()) {
            out.remove(field);
        } else {
            out.add(field);
        }
        return out;
    }

    /**
     * One line of ASCII, at most {@link #LONGEST_TEXT} characters, that holds all of it, the consent too. What would not fit is left
     * out, the page first. It holds IP address, user agent and click id in clear: guard and delete it as you do the order. Without
     * consent, denied or not given yet, it holds nothing but that.
     */
    public String toText() {
        return VisitText.write(this);
    }

    /**
     * Reads {@link #toText()}, of this or an earlier version.
     *
     * @throws EpikException where there is none, where it was cut off, changed, written by a later version or is something else; the message
     *     says which, and nothing of the text. In the {@code Supplier} form of {@code submit} it is contained, and said
     */
    public static Visit ofText(@Nullable String text) {
        return VisitText.read(text);
    }

    /** The same alphabet as the filter's; the length is the largest that the filter can be set to. */
    private static boolean isClickId(@Nullable String id) {
        if (id == null || id.isEmpty() || id.length() > LONGEST_CLICK_ID) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (c >= IN_CLICK_IDS.length || !IN_CLICK_IDS[c]) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String visitorAddress(@Nullable String given) {
        String bare = IpAddress.bare(given);
        return bare == null || isUnspecified(bare) ? null : bare;
    }

    /** Whether it is {@code 0.0.0.0} or {@code ::}, in any of its forms. */
    private static boolean isUnspecified(String address) {
        for (int i = 0; i < address.length(); i++) {
            char c = address.charAt(i);
            if (c != '0' && c != ':' && c != '.') {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return "Visit[clickId=" + (clickId == null ? "none" : clickId.length() + " characters") + ", ip="
                + (ip == null ? "none" : "known") + ", userAgent=" + (userAgent == null ? "none" : "known")
                + ", consent="
                + consent + " (" + consentReason + ")]";
    }
}
