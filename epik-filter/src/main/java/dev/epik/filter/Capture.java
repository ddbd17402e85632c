// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import dev.epik.filter.consent.CookiePairs;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides what the response to one request does: write the cookie, erase cookies or, nearly always, nothing.
 * Thread-safe.
 */
final class Capture {
    private static final Logger LOG = System.getLogger(Capture.class.getName());
    private static final ConsentDecider.Decision GPC = ConsentDecider.Decision.denied("Sec-GPC: 1");
    private static final ConsentDecider.Decision REVOKED = ConsentDecider.Decision.denied("the visitor");
    private static final ConsentDecider.Decision DECIDER_FAILED =
            ConsentDecider.Decision.denied("the consent decider failed");

    private final Settings settings;
    private final BuiltInConsent.Rule consent;
    private final boolean usesVisitorChoice;
    private final CaptureCounters counters;
    private final VisitorCookies cookies;

    /** @param override decides instead of the setting {@code consent}, unless it is null */
    Capture(Settings settings, @Nullable ConsentDecider override, CaptureCounters counters) {
        this.settings = settings;
        ConsentDecider decider = override == null ? settings.consent() : override;
        BuiltInConsent builtIn = decider instanceof BuiltInConsent known ? known : null;
        this.consent = builtIn == null ? (request, cookies) -> decider.decide(request) : builtIn.rule();
        this.usesVisitorChoice = builtIn != null && builtIn.usesVisitorChoice();
        this.counters = counters;
        this.cookies = new VisitorCookies(settings);
    }

    /**
     * The input that the filter reads from a request for a document.
     *
     * @param found the {@code epik} of the query, otherwise of the referrer, otherwise null
     * @param inQuery whether it was found in the query
     * @param cookies all cookies of the request in one line
     */
    record CaptureInput(ClickId.@Nullable Found found, boolean inQuery, String cookies) {
        /** Returns whether the request has the cookie {@code _epik}, valid or not. */
        boolean hasCookie() {
            return CookiePairs.find(cookies, ClickId.COOKIE, 0) >= 0;
        }

        /** Returns the valid click id of the query or the referrer, or null. */
        @Nullable
        String clickId() {
            return found == null ? null : found.clickId();
        }
    }

    /**
     * Returns what there is to decide on, or null, as for nearly every request. Each header is read only when it is
     * needed, because containers create its text at that moment.
     */
    @Nullable
    CaptureInput read(HttpServletRequest request) {
        ClickId.Found inQuery = ClickId.inQuery(request.getQueryString(), settings.maxLength());
        ClickId.Found found = inQuery == null ? inReferrer(request) : inQuery;
        return (found != null || ClickId.isIn(request.getHeaders("Cookie"))) && isForDocument(request)
                ? new CaptureInput(found, inQuery != null, CookieHeader.of(request))
                : null;
    }

    /**
     * Returns the {@code Set-Cookie} lines of a document, and sets the click id as an attribute of the request.
     *
     * @param decided whether another registration of the filter has already decided on the click id; a click id that it
     *     did not keep is not kept here either
     */
    List<String> setCookies(CaptureInput input, HttpServletRequest request, boolean decided) {
        ClickId.Found found = input.found();
        if (found != null && found.refusal() != null) {
            counters.refused(found.refusal());
        }
        boolean hasCookie = input.hasCookie();
        String clickId = input.clickId();
        if (clickId == null ? !hasCookie : decided) {
            return List.of();
        }
        ConsentDecider.Decision decision = decide(request, input.cookies());
        return switch (decision.state()) {
            case GRANTED -> clickId == null ? List.of() : storeCookies(clickId, input, request);
            case DENIED -> {
                countWithoutConsent(clickId);
                if (hasCookie && !decision.equals(DECIDER_FAILED)) {
                    reportRevoked(kept(request), request);
                }
                yield hasCookie ? eraseCookies(request, input.cookies()) : List.of();
            }
            case UNKNOWN -> {
                countWithoutConsent(clickId);
                yield List.of();
            }
        };
    }

    /**
     * Returns whether a request is for a document. Images, frames and scripts are refused: a hidden image must not set
     * a click id, and a cache may store a style sheet for all visitors. A service worker that answers a navigation by
     * {@code fetch} sends {@code empty} with {@code navigate}; no page can send that combination. Browsers without
     * these headers accept {@code text/html} when they request a document.
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
    List<String> handleBeacon(BeaconBody body, HttpServletRequest request) {
        ConsentDecider.State answer = body.consent();
        if (answer != null && request.getAttribute(EpikFilter.REQUEST_CONSENT) == null) {
            request.setAttribute(EpikFilter.REQUEST_CONSENT, word(answer));
        }
        String cookieHeader = CookieHeader.of(request);
        boolean isRevocation = answer == ConsentDecider.State.DENIED;
        ConsentDecider.Decision decision = isRevocation ? REVOKED : decide(request, cookieHeader);
        ConsentDecider.State state = decision.state();
        List<String> lines = new ArrayList<>();
        if (answer == state && usesVisitorChoice) {
            lines.addAll(cookies.answerLines(word(state), cookieHeader, request));
        }
        ClickId.Found found = body.found();
        if (found != null && found.refusal() != null) {
            counters.refused(found.refusal());
        }
        String clickId = found == null ? null : found.clickId();
        if (state == ConsentDecider.State.DENIED && !decision.equals(DECIDER_FAILED)) {
            // the script has erased the cookie, and names it
            reportRevoked(isRevocation && clickId != null ? clickId : kept(request), request);
        }
        if (state != ConsentDecider.State.GRANTED) {
            countWithoutConsent(isRevocation ? null : clickId);
        } else if (clickId != null) {
            lines.add(setCookieLine(clickId, request)); // also the same value: a server's cookie lives longer
        }
        if (state == ConsentDecider.State.DENIED && CookiePairs.find(cookieHeader, ClickId.COOKIE, 0) >= 0) {
            lines.addAll(eraseCookies(request, cookieHeader));
        }
        return lines;
    }

    private static String word(ConsentDecider.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private void countWithoutConsent(@Nullable String clickId) {
        if (clickId != null) {
            counters.withoutConsent.increment();
        }
    }

    private List<String> storeCookies(String clickId, CaptureInput input, HttpServletRequest request) {
        boolean same = input.hasCookie() && clickId.equals(kept(request));
        if (same && !input.inQuery()) {
            return List.of(); // the page after the landing page; the landing itself was counted
        }
        request.setAttribute(EpikFilter.REQUEST_CLICK_ID, clickId);
        if (same && !settings.refreshes()) {
            counters.unchanged.increment();
            return List.of();
        }
        return List.of(setCookieLine(clickId, request));
    }

    /** Returns the valid click id of the cookies, or null. */
    private @Nullable String kept(HttpServletRequest request) {
        return ClickId.fromCookies(request.getHeaders("Cookie"), settings.maxLength());
    }

    /** Hands the click id of a visitor who has denied over to code that can cancel events. Never fails. */
    @SuppressWarnings("unchecked") // the attribute is documented as a Consumer<String>
    private static void reportRevoked(@Nullable String clickId, HttpServletRequest request) {
        ServletContext context = request.getServletContext();
        Object receiver = context == null ? null : context.getAttribute(EpikFilter.CONTEXT_REVOKED);
        if (clickId == null || !(receiver instanceof Consumer<?>)) {
            return;
        }
        try {
            ((Consumer<String>) receiver).accept(clickId);
        } catch (RuntimeException | LinkageError e) {
            LOG.log(
                    Level.WARNING,
                    "The receiver of revoked click ids failed: {0}",
                    e.getClass().getName());
        }
    }

    private String setCookieLine(String clickId, HttpServletRequest request) {
        counters.captured.increment();
        return cookies.clickIdLine(clickId, request);
    }

    private List<String> eraseCookies(HttpServletRequest request, String cookieHeader) {
        counters.erased.increment();
        return cookies.eraseLines(cookieHeader, request);
    }

    /**
     * Returns the click id of the page that the visitor just left, if that page is of this origin. Missing consent or a
     * cache may have prevented its cookie. The click id replaces an older cookie, as every new click does.
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

    private ConsentDecider.Decision decide(HttpServletRequest request, String cookieHeader) {
        return obeysGpc(request) ? GPC : decideWithoutGpc(request, cookieHeader);
    }

    private boolean obeysGpc(HttpServletRequest request) {
        return settings.obeysGpc() && "1".equals(request.getHeader("Sec-GPC"));
    }

    private ConsentDecider.Decision decideWithoutGpc(HttpServletRequest request, String cookieHeader) {
        try {
            return Objects.requireNonNull(consent.decide(request, cookieHeader), "the decision");
        } catch (RuntimeException | LinkageError e) {
            LOG.log(
                    Level.WARNING,
                    "The ConsentDecider failed, so the visitor counts as denied: {0}",
                    e.getClass().getName());
            return DECIDER_FAILED;
        }
    }

    /** Returns {@code state; reason}, for {@link EpikFilter#CONTEXT_CONSENT_LOOKUP}. */
    String describeConsent(HttpServletRequest request) {
        ConsentDecider.Decision decision = decideWithoutGpc(request, CookieHeader.of(request));
        if (obeysGpc(request)) {
            decision = denialByGpc(decision);
        }
        return word(decision.state()) + "; " + decision.reason();
    }

    /**
     * Returns a denial whose reason is that of Global Privacy Control alone only if the visitor consented otherwise.
     */
    private static ConsentDecider.Decision denialByGpc(ConsentDecider.Decision otherwise) {
        return switch (otherwise.state()) {
            case GRANTED -> GPC;
            case DENIED -> otherwise;
            case UNKNOWN -> ConsentDecider.Decision.denied(GPC.reason() + ", without consent");
        };
    }
}
