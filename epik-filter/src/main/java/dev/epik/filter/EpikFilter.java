// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the click id of a landing request, {@code ?epik=…}, in the first-party cookie {@code _epik}.
 *
 * <p><b>Installing.</b> The jar in {@code WEB-INF/lib} is enough: its web fragment maps the filter {@code epik} to every
 * path. With {@code metadata-complete="true"}, or to set init-params, declare a filter of that name in {@code web.xml};
 * it takes the fragment's place.
 *
 * <p><b>What it does.</b> On a GET for a document it writes the cookie before the chain runs, and tells the application
 * the click id of this very request in the attribute {@link #CLICK_ID}. A visitor who already has that value gets no
 * header. Where consent came only after the landing page, the next page's same-origin referrer still has the click id.
 * Where consent is denied, the cookie is erased. A request with neither a click id nor the cookie costs two look-ups.
 *
 * <p><b>What it never does.</b> It reads no parameter and no body. It never blocks, and nothing it meets keeps the page
 * from being served: whatever goes wrong in here is logged by its type and the chain runs.
 *
 * <p><b>WARNING: order.</b> Filters of {@code web.xml} run before those of fragments. A filter that redirects the landing
 * request (to https, to a language, to a login) ahead of this one loses the click id with the query string. To be first,
 * name it first: {@code <filter-mapping><filter-name>epik</filter-name><url-pattern>/*</url-pattern></filter-mapping>}
 * above all other mappings.
 *
 * <p><b>Caches.</b> A response that sets the cookie is made private, whatever the application says to caches, so that no
 * shared one hands a visitor's click to others; responses that set nothing pass as they are. That holds for error pages and
 * async dispatches where the filter is mapped to {@code ERROR} and {@code ASYNC} too, as the fragment maps it.
 *
 * <p><b>WARNING: caches.</b> Headers that a filter ahead of this one or a proxy adds later are out of its reach. And a page
 * that a shared cache serves never gets here at all: put {@code epik.min.js} on those.
 *
 * <p>One instance serves all threads; it holds no state after {@link #init} and closes nothing.
 */
public final class EpikFilter implements Filter {
    /** Request attribute: the click id that this very request brought, a String; absent without consent. */
    public static final String CLICK_ID = "dev.epik.clickId";

    /**
     * Servlet context attribute: a {@link Consent} that the application puts there in a listener; it then decides instead
     * of the setting {@code consent}.
     */
    public static final String CONSENT = "dev.epik.filter.consent";

    /**
     * Servlet context attribute, set by {@link #init}: a {@code Function<HttpServletRequest, String>} that answers
     * {@code granted; why}, {@code denied; why} or {@code unknown; why}. JDK types, so that whoever reports a sale can ask
     * without knowing this jar.
     *
     * <p>As a request attribute, {@code granted} or {@code denied}, it is how an application answers to
     * {@code consent=required}.
     */
    public static final String CONSENT_ANSWER = "dev.epik.consent";

    private static final Logger LOG = System.getLogger(EpikFilter.class.getName());
    private static final String STATE = "dev.epik.filter.state";
    private static final Consent.Decision GPC = Consent.Decision.denied("Sec-GPC: 1");
    private static final Consent.Decision BROKEN = Consent.Decision.denied("the consent function failed");

    private Settings settings = Settings.read(Map.of(), name -> null, name -> null);
    private Consent consent = settings.consent();

    /** For the container; {@link #init} reads the settings. */
    public EpikFilter() {}

    @Override
    public void init(FilterConfig config) throws ServletException {
        Map<String, String> initParams = Collections.list(config.getInitParameterNames()).stream()
                .collect(Collectors.toMap(name -> name, name -> String.valueOf(config.getInitParameter(name))));
        try {
            settings = Settings.read(initParams, System::getProperty, System::getenv);
        } catch (IllegalArgumentException wrong) {
            throw new ServletException(wrong.getMessage(), wrong);
        }
        Object supplied = config.getServletContext().getAttribute(CONSENT);
        consent = supplied instanceof Consent function ? function : settings.consent();
        Function<HttpServletRequest, String> asked = this::consentOf;
        config.getServletContext().setAttribute(CONSENT_ANSWER, asked);
        LOG.log(
                Level.INFO,
                "Epik keeps click ids: {0}{1}",
                settings,
                consent == supplied ? " (consent by a function)" : "");
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        PrivateResponse kept = null;
        if (request instanceof HttpServletRequest http && response instanceof HttpServletResponse answer) {
            try {
                kept = capture(http, answer);
            } catch (RuntimeException | LinkageError trouble) {
                // The type alone: a container's message may quote the cookie or the URL.
                LOG.log(
                        Level.WARNING,
                        "Epik kept no click id of this request: {0}",
                        trouble.getClass().getName());
            }
            if (kept != null) {
                chain.doFilter(kept.requestFor(http), kept);
                return;
            }
        }
        chain.doFilter(request, response);
    }

    /** The response that sets a cookie; null for nearly all others, which pass as they are. */
    private @Nullable PrivateResponse capture(HttpServletRequest request, HttpServletResponse response) {
        if (response instanceof PrivateResponse) {
            return null; // registered twice
        }
        if (request.getAttribute(STATE) instanceof PrivateResponse.State earlier) {
            return new PrivateResponse(response, earlier); // the error page, or an async dispatch, of the same request
        }
        if (!isForDocument(request)) {
            return null;
        }
        List<String> cookies = cookies(request);
        if (cookies.isEmpty()) {
            return null;
        }
        PrivateResponse.State state = new PrivateResponse.State(cookies);
        PrivateResponse kept = new PrivateResponse(response, state);
        request.setAttribute(STATE, state);
        return kept;
    }

    /** Not for images, frames and scripts: a hidden image must not plant a click. No header: an older browser. */
    private static boolean isForDocument(HttpServletRequest request) {
        if (!"GET".equals(request.getMethod()) || request.getDispatcherType() != DispatcherType.REQUEST) {
            return false;
        }
        String destination = request.getHeader("Sec-Fetch-Dest");
        return destination == null || destination.equals("document");
    }

    /** The {@code Set-Cookie} lines this request calls for, and its click id as an attribute. */
    private List<String> cookies(HttpServletRequest request) {
        String landed = ClickId.fromQuery(request.getQueryString(), settings.maxLength());
        boolean carries = ClickId.isIn(request.getHeaders("Cookie"));
        if (landed == null && !carries) {
            landed = ofReferrer(request);
            if (landed == null) {
                return List.of(); // nearly every request
            }
        }
        return switch (decide(request).state()) {
            case GRANTED -> landed == null ? List.of() : keeping(landed, request);
            case DENIED -> carries ? erasing(request) : List.of();
            case UNKNOWN -> List.of();
        };
    }

    private List<String> keeping(String clickId, HttpServletRequest request) {
        request.setAttribute(CLICK_ID, clickId);
        boolean unchanged = clickId.equals(ClickId.fromCookies(request.getHeaders("Cookie"), settings.maxLength()));
        return unchanged
                ? List.of()
                : List.of(SetCookie.write(clickId, domain(request), settings.lifetime(), isSecure(request)));
    }

    /** All variants: the script, the tag or an earlier setting may have written another one than we would. */
    private List<String> erasing(HttpServletRequest request) {
        boolean secure = isSecure(request);
        Set<String> lines = new LinkedHashSet<>();
        lines.add(SetCookie.erase(null, secure));
        lines.add(SetCookie.erase(domain(request), secure));
        lines.add(SetCookie.erase(CookieDomain.ofHost(VisitorOrigin.host(request)), secure));
        return List.copyOf(lines);
    }

    /** The landing page's URL, one page later, where consent or a cache kept the cookie from being set there. */
    private @Nullable String ofReferrer(HttpServletRequest request) {
        String referrer = request.getHeader("Referer");
        if (referrer == null || !referrer.contains("epik=") || !VisitorOrigin.isSameOrigin(referrer, request)) {
            return null;
        }
        return ClickId.fromUrl(referrer, settings.maxLength());
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

    private Consent.Decision decide(HttpServletRequest request) {
        if (settings.obeysGpc() && "1".equals(request.getHeader("Sec-GPC"))) {
            return GPC;
        }
        try {
            return Objects.requireNonNull(consent.decide(request), "the consent function's answer");
        } catch (RuntimeException | LinkageError trouble) {
            LOG.log(
                    Level.WARNING,
                    "The consent function failed, taken as denied: {0}",
                    trouble.getClass().getName());
            return BROKEN;
        }
    }

    private String consentOf(HttpServletRequest request) {
        Consent.Decision decision = decide(request);
        return decision.state().name().toLowerCase(Locale.ROOT) + "; " + decision.reason();
    }
}
