// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.filter.ConsentDecider;
import dev.epik.filter.EpikFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import java.util.EnumSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.core.Ordered;

/**
 * Registers the filter as its web fragment does. In a WAR on a separate container, the container has read the fragment
 * and has already registered the filter {@code epik}. That filter then gets the settings, and no second one is
 * registered.
 */
final class EpikRegistration extends FilterRegistrationBean<EpikFilter> {
    private static final String NAME = "epik";

    /** The name of an application's filter beside the fragment's. It runs first, so it decides. */
    private static final String NAME_BESIDE_FRAGMENT = "epik-bean";

    /**
     * Leaves room for filters that correct the request, such as Spring's filters for encodings and forwarded headers.
     */
    private static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 10;

    /** The settings in text form, or null if the application built the filter. */
    private final @Nullable Map<String, String> settings;

    private final @Nullable ConsentDecider consent;

    private volatile boolean runs = true;

    /**
     * Creates a filter with these settings.
     *
     * @throws IllegalArgumentException if a setting is invalid, with the filter's own message
     */
    EpikRegistration(Map<String, String> settings, @Nullable ConsentDecider consent) {
        this(EpikFilter.ofSettings(settings), settings, consent);
    }

    /** Registers a filter that the application built. */
    EpikRegistration(EpikFilter filter, @Nullable ConsentDecider consent) {
        this(filter, null, consent);
    }

    private EpikRegistration(
            EpikFilter filter, @Nullable Map<String, String> settings, @Nullable ConsentDecider consent) {
        super(filter);
        this.settings = settings;
        this.consent = consent;
        setName(NAME);
        setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR));
        setAsyncSupported(true);
        setOrder(ORDER);
        setIgnoreRegistrationFailure(true); // if the fragment's filter is registered
    }

    @Override
    protected FilterRegistration.@Nullable Dynamic addRegistration(String description, ServletContext context) {
        if (consent != null) {
            context.setAttribute(EpikFilter.CONTEXT_CONSENT_DECIDER, consent);
        }
        FilterRegistration ofFragment = context.getFilterRegistration(NAME);
        if (ofFragment == null) {
            return super.addRegistration(description, context);
        }
        if (settings == null) {
            return context.addFilter(NAME_BESIDE_FRAGMENT, getFilter());
        }
        ofFragment.setInitParameters(settings);
        runs = false;
        return null;
    }

    /** Returns whether the filter of this registration runs; otherwise that of the web fragment does. */
    boolean runs() {
        return runs;
    }
}
