// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.EpikClient;
import dev.epik.capi.servlet.EpikContextListener.PageEvents;
import dev.epik.filter.EpikFilter;
import dev.epik.micrometer.CaptureMetrics;
import dev.epik.micrometer.EpikMetrics;
import dev.epik.micrometer.PageEventMetrics;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Contributes the meters of the client and of the filter, if the application has {@code epik-micrometer}. Spring Boot
 * registers them with its meter registries. With several {@link EpikClient} beans, the primary one has meters.
 */
@AutoConfiguration(after = {EpikAutoConfiguration.class, EpikFilterAutoConfiguration.class})
@ConditionalOnClass(name = {"dev.epik.micrometer.EpikMetrics", "io.micrometer.core.instrument.binder.MeterBinder"})
public final class EpikMetricsAutoConfiguration {

    /** A class of its own, because an application without Micrometer does not have these classes. */
    @Configuration(proxyBeanMethods = false)
    static class OfTheClient {
        @Bean
        @ConditionalOnMissingBean
        @ConditionalOnSingleCandidate(EpikClient.class)
        EpikMetrics epikMetrics(EpikClient client) {
            return new EpikMetrics(client);
        }
    }

    /** A class of its own, because a reactive application does not have the servlet classes. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    static class OfTheFilter {
        @Bean
        @ConditionalOnMissingBean(CaptureMetrics.class)
        MeterBinder epikCaptureMetrics(ObjectProvider<FilterRegistrationBean<EpikFilter>> registrations) {
            return registry -> registrations.ifUnique(registration -> {
                if (!(registration instanceof EpikRegistration own) || own.runs()) {
                    new CaptureMetrics(registration.getFilter()).bindTo(registry);
                }
            });
        }

        @Bean
        MeterBinder epikPageEventMetrics(ObjectProvider<PageEvents> pageEvents) {
            return registry -> pageEvents.ifUnique(opened -> new PageEventMetrics(opened).bindTo(registry));
        }
    }
}
