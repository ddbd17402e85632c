// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides what one request calls for: a cookie to be written, cookies to be erased or, nearly always, nothing.
 * Thread-safe.
 */
final class Capture {
    private static final Logger LOG = System.getLogger(Capture.class.getName());
    private static final Consent.Decision GPC = Consent.Decision.denied("Sec-GPC: 1");
    private static final Consent.Decision BROKEN = Consent.Decision.denied("the consent function failed");

    private final Settings settings;
    private final ConsentCookies.BuiltIn consent;
    private final boolean hearsVisitors;
    private final CaptureCounters counters;
    private final VisitorCookies cookies;

    /** @param function decides instead of the setting, unless it is null */
    Capture(Settings settings, @Nullable Consent function, CaptureCounters counters) {
        this.settings = settings;
        this.consent = function == null ? settings.consent() : (request, cookies) -> function.decide(request);
        this.hearsVisitors = function == null && settings.hearsVisitors();
        this.counters = counters;
        this.cookies = new VisitorCookies(settings);
    }

    /**
     * What a request for a document has of ours.
     *
     * @param found in the query, otherwise in the referrer
     * @param cookies in one line
     */
    record Traces(ClickId.@Nullable Found found, boolean inQuery, String cookies) {
        /** Returns whether there is a cookie of ours. */
        boolean carries() {
            return CookieHeader.find(cookies, ClickId.COOKIE, 0) >= 0;
        }

        @Nullable
        String landed() {
            return found == null ? null : found.clickId();
        }
    }

    /**
     * Returns null for nearly every request. Each header is asked for when it is needed: containers create its text
     * then.
     */
    @Nullable
    Traces traces(HttpServletRequest request) {
        ClickId.Found inQuery = ClickId.inQuery(request.getQueryString(), settings.maxLength());
        ClickId.Found found = inQuery == null ? inReferrer(request) : inQuery;
        return (found != null || ClickId.isIn(request.getHeaders("Cookie"))) && isForDocument(request)
                ? new Traces(found, inQuery != null, CookieHeader.of(request))
                : null;
    }

    /**
     * Returns the {@code Set-Cookie} lines of a document, and sets the request's own click id as an attribute.
     *
     * @param decided whether another registration of the filter decided on the click; what it did not keep is not kept
     *     here
     */
    List<String> setCookies(Traces traces, HttpServletRequest request, boolean decided) {
        ClickId.Found found = traces.found();
        if (found != null && found.refusal() != null) {
            counters.refused(found.refusal());
        }
        boolean carries = traces.carries();
        String landed = traces.landed();
        if (landed == null ? !carries : decided) {
            return List.of();
        }
        return switch (decide(request, traces.cookies()).state()) {
            case GRANTED -> landed == null ? List.of() : keeping(landed, traces, request);
            case DENIED -> {
                countWithoutConsent(landed);
                yield carries ? erasing(request, traces.cookies()) : List.of();
            }
            case UNKNOWN -> {
                countWithoutConsent(landed);
                yield List.of();
            }
        };
    }

    /**
     * Images, frames and scripts are refused: a hidden image must not plant a click, and a cache may keep a style sheet
     * for all. A service worker that answers a navigation by {@code fetch} sends {@code empty}; no page can send that
     * with {@code navigate}. Browsers without these headers say that they accept HTML when they ask for a document.
     */
    private static boolean isForDocument(HttpServletRequest request) {
        String destination = request.getHeader("Sec-Fetch-Dest");
        if (destination == null) {
            String accept = request.getHeader("Accept");
            return accept != null && accept.toLowerCase(Locale.ROOT).contains("text/html");
        }
        return destination.equals("document")
                || (destination.equals("empty") && "navigate".equals(request.getHeader("Sec-Fetch-Mode")));
    }

    /** Returns the {@code Set-Cookie} lines that answer the script's beacon. */
    List<String> told(BeaconBody told, HttpServletRequest request) {
        Consent.State said = told.consent();
        if (said != null && request.getAttribute(EpikFilter.CONSENT_ANSWER) == null) {
            request.setAttribute(EpikFilter.CONSENT_ANSWER, word(said));
        }
        String carried = CookieHeader.of(request);
        Consent.State state =
                said == Consent.State.DENIED ? said : decide(request, carried).state();
        List<String> lines = new ArrayList<>();
        if (said == state && hearsVisitors) {
            lines.addAll(cookies.answering(word(state), carried, request));
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
        if (state == Consent.State.DENIED && CookieHeader.find(carried, ClickId.COOKIE, 0) >= 0) {
            lines.addAll(erasing(request, carried));
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

    private List<String> keeping(String clickId, Traces traces, HttpServletRequest request) {
        boolean same = traces.carries()
                && clickId.equals(ClickId.fromCookies(request.getHeaders("Cookie"), settings.maxLength()));
        if (same && !traces.inQuery()) {
            return List.of(); // the page behind the landing page; the landing itself was counted
        }
        request.setAttribute(EpikFilter.CLICK_ID, clickId);
        if (same && !settings.refreshes()) {
            counters.unchanged.increment();
            return List.of();
        }
        return List.of(writing(clickId, request));
    }

    private String writing(String clickId, HttpServletRequest request) {
        counters.captured.increment();
        return cookies.writing(clickId, request);
    }

    private List<String> erasing(HttpServletRequest request, String carried) {
        counters.erased.increment();
        return cookies.erasing(carried, request);
    }

    /**
     * Returns the click id of the page that the visitor just left, if that page is of this origin: consent or a cache
     * may have kept its cookie from being set. It replaces an older cookie, as every new click does.
     */
    private ClickId.@Nullable Found inReferrer(HttpServletRequest request) {
        String referrer = request.getHeader("Referer");
        if (referrer == null
                || !referrer.contains("epik=")
                || !VisitorOrigin.isSameOrigin(referrer, request, cookies.isHttps(request))) {
            return null;
        }
        ClickId.Found found = ClickId.inUrl(referrer, settings.maxLength());
        return found == null || found.clickId() == null ? null : found;
    }

    private Consent.Decision decide(HttpServletRequest request, String carried) {
        if (settings.obeysGpc() && "1".equals(request.getHeader("Sec-GPC"))) {
            return GPC;
        }
        try {
            return Objects.requireNonNull(consent.decide(request, carried), "the consent function's answer");
        } catch (RuntimeException | LinkageError e) {
            LOG.log(
                    Level.WARNING,
                    "The consent function failed; the visitor counts as denied: {0}",
                    e.getClass().getName());
            return BROKEN;
        }
    }

    /** Returns {@code state; reason}, for {@link EpikFilter#CONSENT_ANSWER}. */
    String consentAnswer(HttpServletRequest request) {
        Consent.Decision decision = decide(request, CookieHeader.of(request));
        return word(decision.state()) + "; " + decision.reason();
    }
}
