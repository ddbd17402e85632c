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
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Stores the click id of a landing request, {@code ?epik=…}, in the first-party cookie {@code _epik}.
 *
 * <p><b>Installing.</b> The jar in {@code WEB-INF/lib} is enough: its web fragment maps the filter {@code epik} to
 * every path. With {@code metadata-complete="true"} or {@code <absolute-ordering>}, or to set init-params, declare a
 * filter of that name in {@code web.xml}. It replaces the fragment's.
 *
 * <p><b>Embedded servers</b>, Spring Boot's included, do not read the fragment. Build the filter with
 * {@link #builder()} and register it for {@code REQUEST}, {@code ASYNC} and {@code ERROR}, with async support.
 *
 * <p><b>What it does.</b> On a GET for a document it writes the cookie before the chain runs, and sets the click id of
 * this request as the attribute {@link #REQUEST_CLICK_ID}. A visitor whose cookie already has that value gets no
 * header. If consent is given only after the landing page, the next page's same-origin referrer still has the click id.
 * A click id in the URL or the referrer replaces an older one: the last click wins. If consent is denied, the cookie is
 * erased for the host and for all its parent domains, together with the tag's cookies {@code _derived_epik} and
 * {@code _pin_unauth}. A request with neither a click id nor the cookie costs a few look-ups.
 *
 * <p><b>What a document is.</b> {@code Sec-Fetch-Dest: document}, or a navigation that a service worker passes on.
 * Without that header, a request that accepts {@code text/html}.
 *
 * <p><b>The host</b> is that of {@code X-Forwarded-Host} or {@code Forwarded}, otherwise {@code getServerName()}.
 * HTTP/2 and filters that evaluate forwarded headers need no setting.
 *
 * <p><b>The beacon.</b> The filter answers {@code POST /_epik} itself. The script sends what it found on pages that the
 * filter does not see, and the visitor's answer to the banner. A server then sets the cookie, and Safari keeps it
 * longer.
 *
 * <p><b>What it never does.</b> It reads no parameter and, except for the beacon's, no body. It never blocks. A failure
 * of the filter does not keep the page from being served: its type is logged and the chain runs.
 *
 * <p><b>WARNING: order.</b> Filters of {@code web.xml} run before those of fragments. A filter that redirects the
 * landing request (to https, to a language, to a login) ahead of this one loses the click id with the query string. To
 * run this filter first, put
 * {@code <filter-mapping><filter-name>epik</filter-name><url-pattern>/*</url-pattern></filter-mapping>} above all other
 * mappings.
 *
 * <p><b>Caches.</b> A response that sets or erases a cookie is made private, whatever cache headers other filters or
 * the application set, so that no shared cache gives one visitor's click id to another. Other responses are not
 * changed. For error pages and async dispatches, this requires the mappings {@code ERROR} and {@code ASYNC}, which the
 * fragment has.
 *
 * <p><b>WARNING: caches.</b> The filter cannot change headers that a filter ahead of it adds after the chain, or that a
 * proxy adds. Nor does it see pages that a shared cache serves: put {@code epik.min.js} on those.
 *
 * <p><b>Threads and lifetime.</b> Thread-safe: one instance serves all requests. The container calls {@link #init} and
 * {@link #destroy}. Between them, the {@link #counts()} are in JMX too. It starts no thread and opens no file.
 */
public final class EpikFilter implements Filter {
    /**
     * Request attribute that the filter sets: the valid click id of this request, a {@code String}. Absent if there is
     * none, or no consent.
     */
    public static final String REQUEST_CLICK_ID = "dev.epik.clickId";

    /**
     * Request attribute that the application may set: the visitor's answer, {@code "granted"} or {@code "denied"}, a
     * {@code String}. {@link ConsentDecider#optOut} and {@link ConsentDecider#required} read it before the visitor's
     * cookie {@code _epik_consent}. The filter sets it for a beacon, unless the application has set it.
     */
    public static final String REQUEST_CONSENT = "dev.epik.consent";

    /**
     * Servlet context attribute that the application may set in a listener: a {@link ConsentDecider}. It takes
     * precedence over the setting {@code consent} and over the builder's.
     */
    public static final String CONTEXT_CONSENT_DECIDER = "dev.epik.filter.consent";

    /**
     * Servlet context attribute that {@link #init} sets: a {@code Function<HttpServletRequest, String>} that returns
     * {@code granted; REASON}, {@code denied; REASON} or {@code unknown; REASON}. It has only JDK and servlet types, so
     * that code that reports a sale can call it without this jar.
     */
    public static final String CONTEXT_CONSENT_LOOKUP = "dev.epik.consent";

    /**
     * The servlet context attribute with a {@code java.util.function.Consumer<String>}, which gets the click id of each
     * visitor whose denial erases the cookie {@code _epik}, in the browser or here. It is called in the thread of the
     * request and must not wait. {@code EpikContextListener} and the Spring Boot starter set it.
     */
    public static final String CONTEXT_REVOKED = "dev.epik.revoked";

    /**
     * Servlet context attribute that the application may set: a {@code BiConsumer<HttpServletRequest, Map<String,
     * String>>}, which the {@code PageEvents} of {@code epik-capi} sets. It gets each valid page event of the script
     * {@code epik.events.js}, with the values by their names: {@code event} ({@code page_visit}, {@code view_category},
     * {@code search} or {@code add_to_cart}) and {@code id}; if they are known {@code value}, {@code currency},
     * {@code category}, {@code search}, {@code item} (ids separated by line feeds) and {@code page} (the page's URL).
     * It decides on consent, and must return quickly. Without the attribute, page events get the status 404.
     */
    public static final String CONTEXT_PAGE_EVENTS = "dev.epik.pageEvents";

    private static final Logger LOG = System.getLogger(EpikFilter.class.getName());
    private static final String STATE = "dev.epik.filter.state";

    private final Map<String, String> built;
    private final @Nullable ConsentDecider builtDecider;
    private final CaptureCounters counters = new CaptureCounters();
    private Capture capture;
    private Beacon beacon;

    /** Creates the filter for a container, with the settings that {@link #init} reads. */
    public EpikFilter() {
        this(Map.of(), null);
    }

    private EpikFilter(Map<String, String> built, @Nullable ConsentDecider builtDecider) {
        this.built = built;
        this.builtDecider = builtDecider;
        Settings settings = Settings.read(built, name -> null, name -> null);
        this.capture = new Capture(settings, builtDecider, counters);
        this.beacon = new Beacon(settings, capture, counters);
    }

    /**
     * Returns a builder for a server that is set up in code. A setting that the builder does not have is read from the
     * system property {@code epik.NAME} and the environment variable {@code EPIK_NAME}, as for the filter in a WAR.
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Creates a filter from settings in text form, as init-params and properties have them. Code should use
     * {@link #builder()}.
     *
     * @param settings by the names of the init-params, such as {@code cookie-domain}; a setting that is missing is read
     *     as for {@link #builder()}
     * @throws IllegalArgumentException if a name is unknown or a value is invalid; the message names the setting, its
     *     value and the cure
     */
    public static EpikFilter ofSettings(Map<String, String> settings) {
        return new EpikFilter(Map.copyOf(settings), null);
    }

    /**
     * Reads the settings. An init-param takes precedence over the builder's value, and that one over the system
     * property and the environment variable.
     *
     * @throws ServletException if a setting is invalid; the message names the setting, its value and the cure
     */
    @Override
    public void init(FilterConfig config) throws ServletException {
        ServletContext context = config.getServletContext();
        Map<String, String> texts = new HashMap<>(built);
        for (String name : Collections.list(config.getInitParameterNames())) {
            texts.put(name, String.valueOf(config.getInitParameter(name)));
        }
        Settings settings;
        try {
            settings = Settings.read(texts, System::getProperty, System::getenv);
        } catch (IllegalArgumentException e) {
            throw new ServletException(e.getMessage(), e);
        }
        ConsentDecider override = context.getAttribute(CONTEXT_CONSENT_DECIDER) instanceof ConsentDecider decider
                ? decider
                : builtDecider;
        capture = new Capture(settings, override, counters);
        beacon = new Beacon(settings, capture, counters);
        Function<HttpServletRequest, String> lookup = capture::describeConsent;
        context.setAttribute(CONTEXT_CONSENT_LOOKUP, lookup);
        counters.register(context.getVirtualServerName(), context.getContextPath());
        LOG.log(Level.INFO, "Epik stores click ids: {0}{1}", settings, describe(override));
        settings.warning().ifPresent(warning -> LOG.log(Level.WARNING, warning));
        if (override == null) {
            settings.consentWarning().ifPresent(warning -> LOG.log(Level.WARNING, warning));
        }
    }

    private static String describe(@Nullable ConsentDecider override) {
        if (override == null) {
            return "";
        }
        String decider =
                override instanceof BuiltInConsent ? override.toString() : "a ConsentDecider of the application";
        return " (consent is decided by " + decider + ")";
    }

    /** Returns what this filter has done since it was created. */
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
        PrivateResponse privateResponse = null;
        if (request instanceof HttpServletRequest http && response instanceof HttpServletResponse httpResponse) {
            try {
                if (beacon.isFor(http)) {
                    beacon.answer(http, httpResponse);
                    return;
                }
                privateResponse = capture(http, httpResponse);
            } catch (RuntimeException | LinkageError e) {
                // Only the type is logged: a container's message may quote the cookie or the URL.
                LOG.log(
                        Level.WARNING,
                        "Epik failed for this request and stored no click id: {0}",
                        e.getClass().getName());
            }
            if (privateResponse != null) {
                chain.doFilter(privateResponse.requestFor(http), privateResponse);
                return;
            }
        }
        chain.doFilter(request, response);
    }

    /** Returns a response that sets cookies, or null, as for nearly all requests, if there is nothing to set. */
    private @Nullable PrivateResponse capture(HttpServletRequest request, HttpServletResponse response) {
        if (PrivateResponse.isIn(response)) {
            return null; // the filter is registered twice, or the application dispatches its own wrapper
        }
        Capture.CaptureInput input = null;
        if (request.getDispatcherType() == DispatcherType.REQUEST) {
            input = "GET".equals(request.getMethod()) ? capture.read(request) : null;
            if (input == null) {
                return null;
            }
        }
        Object earlier = request.getAttribute(STATE);
        if (earlier instanceof PrivateResponse.State state && state.setsCookies()) {
            return PrivateResponse.again(response, state); // an error page or an async dispatch of the same request
        }
        if (input == null) {
            return null;
        }
        List<String> cookies = capture.setCookies(input, request, earlier != null);
        if (cookies.isEmpty()) {
            if (earlier == null && input.clickId() != null) {
                request.setAttribute(STATE, PrivateResponse.State.NOTHING);
            }
            return null;
        }
        PrivateResponse.State state = new PrivateResponse.State(cookies);
        PrivateResponse privateResponse =
                earlier == null ? PrivateResponse.first(response, state) : PrivateResponse.again(response, state);
        request.setAttribute(STATE, state);
        return privateResponse;
    }

    /**
     * The settings of a filter that is created in code. An init-param of its registration takes precedence over a value
     * of the builder. Not thread-safe. Null is not allowed for any argument.
     */
    public static final class Builder {
        private final Map<String, String> texts = new TreeMap<>();
        private @Nullable ConsentDecider decider;

        private Builder() {}

        /**
         * Sets the path at which the filter answers the script's beacon. Default: {@code /_epik}.
         *
         * @param path starts with a slash and does not contain the context path
         */
        public Builder beacon(String path) {
            if (!path.startsWith("/")) {
                throw Settings.invalid(
                        "beacon", path, "a path such as /_epik, without the context path, or noBeacon()");
            }
            texts.put("beacon", path);
            return this;
        }

        /** Switches the beacon off: {@code POST /_epik} then goes to the application. */
        public Builder noBeacon() {
            texts.put("beacon", "off");
            return this;
        }

        /**
         * Sets who decides on consent: one of {@link ConsentDecider}'s built-in deciders, or a function of your own.
         * Default: {@link ConsentDecider#optOut}. An init-param {@code consent} replaces a built-in decider, but not a
         * function of your own.
         */
        public Builder consent(ConsentDecider consent) {
            if (consent instanceof BuiltInConsent builtIn) {
                texts.put("consent", builtIn.toString());
                decider = null;
            } else {
                texts.remove("consent");
                decider = Objects.requireNonNull(consent, "consent");
            }
            return this;
        }

        /** Sets the domain of the cookies. Default: {@link CookieDomain#auto}. */
        public Builder cookieDomain(CookieDomain domain) {
            texts.put("cookie-domain", domain.toString());
            return this;
        }

        /**
         * Sets whether {@code Sec-GPC: 1}, the browser's Global Privacy Control, is a denial. Default: true.
         *
         * @param obey false if the header is to be ignored
         */
        public Builder globalPrivacyControl(boolean obey) {
            texts.put("gpc", obey ? "obey" : "ignore");
            return this;
        }

        /**
         * Sets the lifetime of the click id's cookie. Default: 365.
         *
         * @param days from 1 to 400, because browsers shorten longer lifetimes
         */
        public Builder lifetimeDays(int days) {
            texts.put("lifetime-days", Integer.toString(days));
            return this;
        }

        /**
         * Sets the maximum length of a click id. A longer one is refused. Default: 512.
         *
         * @param characters from 1 to 2048
         */
        public Builder maxLength(int characters) {
            texts.put("max-length", Integer.toString(characters));
            return this;
        }

        /**
         * Sets whether a landing with the click id that the cookie already has writes the cookie again, which starts a
         * new lifetime. Default: false.
         */
        public Builder refreshOnLanding(boolean refresh) {
            texts.put("refresh", refresh ? "landing" : "never");
            return this;
        }

        /** Sets when the cookies get the attribute {@code Secure}. Default: {@link Secure#AUTO}. */
        public Builder secure(Secure secure) {
            texts.put("secure", secure.name().toLowerCase(Locale.ROOT));
            return this;
        }

        /**
         * Creates the filter.
         *
         * @throws IllegalArgumentException if a value is invalid; the message names the setting, its value and the cure
         */
        public EpikFilter build() {
            return new EpikFilter(Map.copyOf(texts), decider);
        }
    }
}
