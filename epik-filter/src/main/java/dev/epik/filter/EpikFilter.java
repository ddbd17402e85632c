// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Stores the click id of a landing request, {@code ?epik=…}, in the first-party cookie {@code _epik}.
 *
 * <p><b>Installing.</b> The jar in {@code WEB-INF/lib} is enough: its web fragment maps the filter {@code epik} to
 * every path. With {@code metadata-complete="true"} or {@code <absolute-ordering>}, or to set init-params, declare a
 * filter of that name in {@code web.xml}; it replaces the fragment's.
 *
 * <p><b>What it does.</b> On a GET for a document it writes the cookie before the chain runs, and sets the click id of
 * this request as the attribute {@link #CLICK_ID}. A visitor who already has that value gets no header. If consent is
 * given only after the landing page, the next page's same-origin referrer still has the click id. A click id found
 * there or on the URL replaces an older one: the last click wins. If consent is denied, the cookie is erased for the
 * host and for all its parent domains, and with it the tag's cookies {@code _derived_epik} and {@code _pin_unauth}. A
 * request with neither a click id nor the cookie costs a few look-ups.
 *
 * <p><b>What a document is.</b> {@code Sec-Fetch-Dest: document}, or a navigation that a service worker passes on.
 * Without that header, a request that accepts {@code text/html}.
 *
 * <p><b>The host</b> is that of {@code X-Forwarded-Host} or {@code Forwarded}, otherwise {@code getServerName()}.
 * HTTP/2 and filters that evaluate forwarded headers need no setting.
 *
 * <p><b>The beacon.</b> It answers {@code POST /_epik} itself. The script reports there what it found on pages that no
 * filter sees, and what the visitor answered to the banner. Such a cookie is then set by a server, and Safari keeps it
 * longer.
 *
 * <p><b>What it never does.</b> It reads no parameter and, except for the beacon's, no body. It never blocks. Nothing
 * that it meets keeps the page from being served: a failure is logged by its type and the chain runs.
 *
 * <p><b>WARNING: order.</b> Filters of {@code web.xml} run before those of fragments. A filter that redirects the
 * landing request (to https, to a language, to a login) ahead of this one loses the click id with the query string. To
 * be first, name it first: {@code
 * <filter-mapping><filter-name>epik</filter-name><url-pattern>/*</url-pattern></filter-mapping>} above all other
 * mappings.
 *
 * <p><b>Caches.</b> A response that sets or erases a cookie is made private, whatever was told to caches before this
 * filter or is told to them behind it, so that no shared cache gives a visitor's click to others. Responses that set
 * nothing pass as they are. That holds for error pages and async dispatches if the filter is mapped to {@code ERROR}
 * and {@code ASYNC} too, as the fragment maps it.
 *
 * <p><b>WARNING: caches.</b> Headers that a filter ahead of this one adds after the chain, or that a proxy adds, are
 * out of its reach. And a page that a shared cache serves never gets here: put {@code epik.min.js} on those.
 *
 * <p><b>Embedded servers</b>, Spring Boot's included, read no fragment: register {@link #builder()}'s filter there in
 * code, for {@code REQUEST}, {@code ASYNC} and {@code ERROR}, with async support.
 *
 * <p><b>Threads and lifetime.</b> One instance serves all threads. After {@link #init} it holds nothing but {@link
 * #counts()}, which are also in JMX until {@link #destroy()}.
 */
public final class EpikFilter implements Filter {
    /** Request attribute: the click id that this very request brought, a String; absent without consent. */
    public static final String CLICK_ID = "dev.epik.clickId";

    /**
     * Servlet context attribute: a {@link Consent} that the application puts there in a listener; it then decides
     * instead of the setting {@code consent}.
     */
    public static final String CONSENT = "dev.epik.filter.consent";

    /**
     * Servlet context attribute, set by {@link #init}: a {@code Function<HttpServletRequest, String>} that answers
     * {@code granted; why}, {@code denied; why} or {@code unknown; why}. JDK types, so that whoever reports a sale can
     * ask without knowing this jar.
     *
     * <p>As a request attribute, {@code granted} or {@code denied}, it is how an application answers itself where
     * {@code consent} is {@code auto} or {@code required}; it then beats the visitor's cookie {@code _epik_consent}.
     */
    public static final String CONSENT_ANSWER = "dev.epik.consent";

    private static final Logger LOG = System.getLogger(EpikFilter.class.getName());
    private static final String STATE = "dev.epik.filter.state";

    private final Map<String, String> built;
    private final @Nullable Consent builtConsent;
    private final CaptureCounters counters = new CaptureCounters();
    private Capture capture;
    private Beacon beacon;

    /** For the container; {@link #init} reads the settings. */
    public EpikFilter() {
        this(Map.of(), null);
    }

    private EpikFilter(Map<String, String> built, @Nullable Consent builtConsent) {
        this.built = built;
        this.builtConsent = builtConsent;
        Settings settings = Settings.read(built, name -> null, name -> null);
        this.capture = new Capture(settings, builtConsent, counters);
        this.beacon = new Beacon(settings, capture);
    }

    /** For a server that is set up in code. What is not set here is read as for a dropped-in filter. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public void init(FilterConfig config) throws ServletException {
        ServletContext context = config.getServletContext();
        Map<String, String> set = new HashMap<>(built);
        for (String name : Collections.list(config.getInitParameterNames())) {
            set.put(name, String.valueOf(config.getInitParameter(name)));
        }
        Settings settings;
        try {
            settings = Settings.read(set, System::getProperty, System::getenv);
        } catch (IllegalArgumentException e) {
            throw new ServletException(e.getMessage(), e);
        }
        Consent function = context.getAttribute(CONSENT) instanceof Consent supplied ? supplied : builtConsent;
        capture = new Capture(settings, function, counters);
        beacon = new Beacon(settings, capture);
        Function<HttpServletRequest, String> asked = capture::consentAnswer;
        context.setAttribute(CONSENT_ANSWER, asked);
        counters.register(context.getVirtualServerName(), context.getContextPath());
        String byFunction = function == null ? "" : " (consent by a function)";
        LOG.log(Level.INFO, "Epik keeps click ids: {0}{1}", settings, byFunction);
        settings.warning().ifPresent(warning -> LOG.log(Level.WARNING, warning));
    }

    /** Since the filter was made. */
    public CaptureCounts counts() {
        return counters.counts();
    }

    @Override
    public void destroy() {
        counters.unregister();
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        PrivateResponse kept = null;
        if (request instanceof HttpServletRequest http && response instanceof HttpServletResponse answer) {
            try {
                if (beacon.isFor(http)) {
                    beacon.answer(http, answer);
                    return;
                }
                kept = capture(http, answer);
            } catch (RuntimeException | LinkageError e) {
                // The type alone: a container's message may quote the cookie or the URL.
                LOG.log(
                        Level.WARNING,
                        "Epik kept no click id of this request: {0}",
                        e.getClass().getName());
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
        if (PrivateResponse.isIn(response)) {
            return null; // registered twice, or an async dispatch with the application's own wrappers around it
        }
        Capture.Traces traces = null;
        if (request.getDispatcherType() == DispatcherType.REQUEST) {
            traces = "GET".equals(request.getMethod()) ? capture.traces(request) : null;
            if (traces == null) {
                return null;
            }
        }
        Object earlier = request.getAttribute(STATE);
        if (earlier instanceof PrivateResponse.State state && state.setsCookies()) {
            return PrivateResponse.again(response, state); // the error page, or an async dispatch, of the same request
        }
        if (traces == null) {
            return null;
        }
        List<String> cookies = capture.setCookies(traces, request, earlier != null);
        if (cookies.isEmpty()) {
            if (earlier == null && traces.landed() != null) {
                request.setAttribute(STATE, PrivateResponse.State.NOTHING);
            }
            return null;
        }
        PrivateResponse.State state = new PrivateResponse.State(cookies);
        PrivateResponse kept =
                earlier == null ? PrivateResponse.first(response, state) : PrivateResponse.again(response, state);
        request.setAttribute(STATE, state);
        return kept;
    }

    /** The settings, as README lists them; an init-param of the registration beats what is set here. */
    public static final class Builder {
        private final Map<String, String> settings = new TreeMap<>();
        private @Nullable Consent consent;

        private Builder() {}

        /** Where the script tells what it found: {@code /_epik} by default, under the context path; or {@code off}. */
        public Builder beacon(String path) {
            settings.put("beacon", path);
            return this;
        }

        /** A built-in consent by its name, such as {@code onetrust:C0004}; {@code auto} by default. */
        public Builder consent(String builtIn) {
            settings.put("consent", builtIn);
            return this;
        }

        /** Decides instead of a built-in one. */
        public Builder consent(Consent function) {
            this.consent = function;
            return this;
        }

        /** {@code auto} by default, {@code host}, or a domain that covers the host. */
        public Builder cookieDomain(String domain) {
            settings.put("cookie-domain", domain);
            return this;
        }

        /** {@code Sec-GPC: 1} is then no denial; by default it is one. */
        public Builder ignoreGpc() {
            settings.put("gpc", "ignore");
            return this;
        }

        /** 365 by default, at most 400. */
        public Builder lifetimeDays(int days) {
            settings.put("lifetime-days", Integer.toString(days));
            return this;
        }

        /** Of a click id, in characters; 512 by default, at most 2048. */
        public Builder maxLength(int characters) {
            settings.put("max-length", Integer.toString(characters));
            return this;
        }

        /** A landing with the click id that the visitor has already then writes it again, for another lifetime. */
        public Builder refreshOnLanding() {
            settings.put("refresh", "landing");
            return this;
        }

        /** {@code auto} by default, {@code always} or {@code never}. */
        public Builder secure(String when) {
            settings.put("secure", when);
            return this;
        }

        /** Any setting by its name, as from a file. */
        public Builder set(String name, String value) {
            settings.put(name, value);
            return this;
        }

        /** Throws an {@link IllegalArgumentException} that names the setting and the cure where a value is wrong. */
        public EpikFilter build() {
            return new EpikFilter(Map.copyOf(settings), consent);
        }
    }
}
