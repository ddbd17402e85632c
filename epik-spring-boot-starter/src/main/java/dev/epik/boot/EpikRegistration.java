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
 * The filter as its web fragment has it. In a WAR on a container of its own the fragment was read and the filter {@code epik} is
 * there: then that one gets the settings, instead of a second one with others.
 */
final class EpikRegistration extends FilterRegistrationBean<EpikFilter> {
    private static final String NAME = "epik";

    /** Room ahead for what corrects the request itself, such as Spring's filters for encodings and forwarded headers. */
    private static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 10;

    private final Map<String, String> settings;
    private final @Nullable Consent consent;

    /** Fails at a wrong setting, in the filter's own words. */
    EpikRegistration(Map<String, String> settings, @Nullable Consent consent) {
        super(filter(settings));
        this.settings = settings;
        this.consent = consent;
        setName(NAME);
        setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR));
        setAsyncSupported(true);
        setOrder(ORDER);
        setIgnoreRegistrationFailure(true); // that of the fragment is there
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
        fragments.setInitParameters(settings);
        return null;
    }
}
