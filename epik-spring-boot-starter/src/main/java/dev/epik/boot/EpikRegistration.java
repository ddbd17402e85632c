// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.filter.Consent;
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
 * Registers the filter as its web fragment does. In a WAR on a container of its own the fragment was read, and the
 * filter {@code epik} is there: then that one gets the settings, instead of a second one with others.
 */
final class EpikRegistration extends FilterRegistrationBean<EpikFilter> {
    private static final String NAME = "epik";

    /** Beside the fragment's; ahead of it, it decides. */
    private static final String NAME_BESIDE_FRAGMENT = "epik-bean";

    /**
     * Leaves room for filters that correct the request itself, such as Spring's for encodings and forwarded headers.
     */
    private static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 10;

    /** Null if the application built the filter. */
    private final @Nullable Map<String, String> settings;

    private final @Nullable Consent consent;

    /** @throws IllegalArgumentException for a wrong setting, with the filter's own message */
    EpikRegistration(Map<String, String> settings, @Nullable Consent consent) {
        this(filter(settings), settings, consent);
    }

    /** @param filter one that the application built */
    EpikRegistration(EpikFilter filter, @Nullable Consent consent) {
        this(filter, null, consent);
    }

    private EpikRegistration(EpikFilter filter, @Nullable Map<String, String> settings, @Nullable Consent consent) {
        super(filter);
        this.settings = settings;
        this.consent = consent;
        setName(NAME);
        setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR));
        setAsyncSupported(true);
        setOrder(ORDER);
        setIgnoreRegistrationFailure(true); // the fragment's filter is there
    }

    private static EpikFilter filter(Map<String, String> settings) {
        EpikFilter.Builder filter = EpikFilter.builder();
        settings.forEach(filter::set);
        return filter.build();
    }

    @Override
    protected FilterRegistration.@Nullable Dynamic addRegistration(String description, ServletContext context) {
        if (consent != null) {
            context.setAttribute(EpikFilter.CONSENT, consent);
        }
        FilterRegistration fragments = context.getFilterRegistration(NAME);
        if (fragments == null) {
            return super.addRegistration(description, context);
        }
        if (settings == null) {
            return context.addFilter(NAME_BESIDE_FRAGMENT, getFilter());
        }
        fragments.setInitParameters(settings);
        return null;
    }
}
