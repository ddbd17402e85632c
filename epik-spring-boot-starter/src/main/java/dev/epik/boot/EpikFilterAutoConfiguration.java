// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.filter.ConsentDecider;
import dev.epik.filter.EpikFilter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/**
 * Registers {@link EpikFilter} for every path, before the other filters.
 *
 * <p>A {@link ConsentDecider} bean takes precedence over {@code epik.filter.consent}. With two, the start fails unless
 * one is {@code @Primary}. A bean of type {@code EpikFilter} is registered in the same way, with the settings of its
 * own builder. An application that has a {@code FilterRegistrationBean<EpikFilter>}, or sets
 * {@code epik.filter.enabled=false}, gets no registration from here.
 */
@AutoConfiguration
@ConditionalOnProperty(prefix = "epik.filter", name = "enabled", matchIfMissing = true)
public final class EpikFilterAutoConfiguration {

    /** A class of its own, because a reactive application does not have the servlet classes. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    @EnableConfigurationProperties(EpikFilterProperties.class)
    static class OnServlets {
        @Bean
        @ConditionalOnMissingBean(value = EpikFilter.class, parameterizedContainer = FilterRegistrationBean.class)
        FilterRegistrationBean<EpikFilter> epikFilterRegistration(
                EpikFilterProperties properties, ObjectProvider<ConsentDecider> consent) {
            try {
                return new EpikRegistration(properties.settings(), consent.getIfAvailable());
            } catch (IllegalArgumentException e) {
                throw new SettingException(String.valueOf(e.getMessage()), "Correct the property epik.filter.*");
            }
        }

        @Bean
        @Conditional(OnUnregisteredEpikFilter.class)
        FilterRegistrationBean<EpikFilter> epikFilterBeanRegistration(
                EpikFilter filter, ObjectProvider<ConsentDecider> consent) {
            return new EpikRegistration(filter, consent.getIfAvailable());
        }
    }

    /** Logs a warning, because the filter cannot run. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
    static class OnReactive {
        OnReactive() {
            Logger log = System.getLogger(EpikFilterAutoConfiguration.class.getName());
            log.log(
                    Level.WARNING,
                    "Epik's filter needs servlets and does not run, because this application is reactive. No click id"
                            + " is captured on the server. Add the script epik.min.js to the pages instead, without"
                            + " data-beacon. epik.filter.enabled=false disables this warning.");
        }
    }
}
