// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one request calls for: a cookie to be written, cookies to be erased, or, nearly always, nothing. */
final class Capture {
    private static final Logger LOG = System.getLogger(Capture.class.getName());
    private static final Consent.Decision GPC = Consent.Decision.denied("Sec-GPC: 1");
    private static final Consent.Decision BROKEN = Consent.Decision.denied("the consent function failed");

    private final Settings settings;
    private final ConsentCookies.BuiltIn consent;
    private final boolean hearsVisitors;
    private final CaptureCounters counters;

    /** {@code function} decides instead of the setting, where there is one. */
    Capture(Settings settings, @Nullable Consent function, CaptureCounters counters) {
        this.settings = settings;
        this.consent = function == null ? settings.consent() : (request, cookies) -> function.decide(request);
        this.hearsVisitors = function == null && settings.hearsVisitors();
        this.counters = counters;
    }

    /**
     * What of ours a request for a document brings.
     *
     * @param found in the query or, where there is no cookie, in the referrer
     * @param cookies in one line
     */
    record Traces(ClickId.@Nullable Found found, boolean inQuery, String cookies) {
        /** A cookie of ours. */
        boolean carries() {
            return CookieHeader.find(cookies, ClickId.COOKIE, 0) >= 0;
        }

        @Nullable
        String landed() {
            return found == null ? null : found.clickId();
        }
    }

    /** Null for nearly every request. Each header is asked for when it is needed: containers make a text of it then. */
    @Nullable
    Traces traces(HttpServletRequest request) {
        ClickId.Found inQuery = ClickId.inQuery(request.getQueryString(), settings.maxLength());
        boolean isAny = inQuery != null || ClickId.isIn(request.getHeaders("Cookie"));
        ClickId.Found found = isAny ? inQuery : inReferrer(request);
        return (isAny || found != null) && isForDocument(request)
                ? new Traces(found, inQuery != null, CookieHeader.of(request))
                : null;
    }

    /**
     * The {@code Set-Cookie} lines of a document; and the request's own click id as an attribute.
     *
     * @param decided registered twice: what the first would not keep, the second must not
     */
    List<String> setCookies(Traces traces, HttpServletRequest request, boolean decided) {
        ClickId.Found found = traces.found();
        if (found != null && found.refusal() != null && traces.inQuery()) {
            counters.refused(found.refusal());
        }
        boolean carries = traces.carries();
        String landed = traces.landed();
        if (landed == null ? !carries : decided) {
            return List.of();
        }
        return switch (decide(request, traces.cookies()).state()) {
            case GRANTED -> landed == null ? List.of() : keeping(landed, carries, request);
            case DENIED -> {
                countWithoutConsent(landed);
                yield carries ? erasing(request) : List.of();
            }
            case UNKNOWN -> {
                countWithoutConsent(landed);
                yield List.of();
            }
        };
    }

    /** Not for images, frames and scripts: a hidden image must not plant a click. No header: an older browser. */
    private static boolean isForDocument(HttpServletRequest request) {
        String destination = request.getHeader("Sec-Fetch-Dest");
        return destination == null || destination.equals("document");
    }

    /** The {@code Set-Cookie} lines that answer the script's beacon. */
    List<String> told(BeaconBody told, HttpServletRequest request) {
        Consent.State said = told.consent();
        if (said != null && request.getAttribute(EpikFilter.CONSENT_ANSWER) == null) {
            request.setAttribute(EpikFilter.CONSENT_ANSWER, word(said));
        }
        Consent.State state =
                said == Consent.State.DENIED ? said : decide(request, null).state();
        List<String> lines = new ArrayList<>();
        if (said == state && hearsVisitors) {
            lines.add(SetCookie.answer(word(state), domain(request), isSecure(request)));
        }
        ClickId.Found found = told.found();
        if (found != null && found.refusal() != null) {
            counters.refused(found.refusal());
        }
        String clickId = found == null ? null : found.clickId();
        if (state != Consent.State.GRANTED) {
            countWithoutConsent(clickId);
        } else if (clickId != null) {
            lines.add(writing(clickId, request)); // the same value too: the script's own lives shorter
        }
        if (state == Consent.State.DENIED && ClickId.isIn(request.getHeaders("Cookie"))) {
            lines.addAll(erasing(request));
        }
        return lines;
    }

    private static String word(Consent.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private void countWithoutConsent(@Nullable String landed) {
        if (landed != null) {
            counters.withoutConsent.increment();
        }
    }

    private List<String> keeping(String clickId, boolean carries, HttpServletRequest request) {
        request.setAttribute(EpikFilter.CLICK_ID, clickId);
        if (carries
                && !settings.refreshes()
                && clickId.equals(ClickId.fromCookies(request.getHeaders("Cookie"), settings.maxLength()))) {
            counters.unchanged.increment();
            return List.of();
        }
        return List.of(writing(clickId, request));
    }

    private String writing(String clickId, HttpServletRequest request) {
        counters.captured.increment();
        return SetCookie.write(clickId, domain(request), settings.lifetime(), isSecure(request));
    }

    /** All variants: the script, the tag or an earlier setting may have written another one than we would. */
    private List<String> erasing(HttpServletRequest request) {
        boolean secure = isSecure(request);
        Set<String> lines = new LinkedHashSet<>();
        lines.add(SetCookie.erase(null, secure));
        lines.add(SetCookie.erase(domain(request), secure));
        lines.add(SetCookie.erase(CookieDomain.ofHost(VisitorOrigin.host(request)), secure));
        counters.erased.increment();
        return List.copyOf(lines);
    }

    /** The landing page's URL, one page later, where consent or a cache kept the cookie from being set there. */
    private ClickId.@Nullable Found inReferrer(HttpServletRequest request) {
        String referrer = request.getHeader("Referer");
        if (referrer == null || !referrer.contains("epik=") || !VisitorOrigin.isSameOrigin(referrer, request)) {
            return null;
        }
        return ClickId.inUrl(referrer, settings.maxLength());
    }

    private @Nullable String domain(HttpServletRequest request) {
        String host = VisitorOrigin.host(request);
        return switch (settings.cookieDomain()) {
            case "auto" -> CookieDomain.ofHost(host);
            case "host" -> null;
            default -> CookieDomain.explicit(settings.cookieDomain(), host);
        };
    }

    private boolean isSecure(HttpServletRequest request) {
        return switch (settings.secure()) {
            case AUTO -> VisitorOrigin.isHttps(request);
            case ALWAYS -> true;
            case NEVER -> false;
        };
    }

    /** @param cookies in one line, where they were read already */
    private Consent.Decision decide(HttpServletRequest request, @Nullable String cookies) {
        if (settings.obeysGpc() && "1".equals(request.getHeader("Sec-GPC"))) {
            return GPC;
        }
        try {
            String line = cookies == null ? CookieHeader.of(request) : cookies;
            return Objects.requireNonNull(consent.decide(request, line), "the consent function's answer");
        } catch (RuntimeException | LinkageError trouble) {
            LOG.log(
                    Level.WARNING,
                    "The consent function failed, taken as denied: {0}",
                    trouble.getClass().getName());
            return BROKEN;
        }
    }

    /** {@code state; reason}, for {@link EpikFilter#CONSENT_ANSWER}. */
    String consentAnswer(HttpServletRequest request) {
        Consent.Decision decision = decide(request, null);
        return word(decision.state()) + "; " + decision.reason();
    }
}
