// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.filter.Consent;
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
 * Registers {@link EpikFilter} for every path, ahead of the other filters.
 *
 * <p>A {@link Consent} bean decides instead of {@code epik.filter.consent}. If there are two, the start fails unless
 * one is {@code @Primary}. A bean of type {@code EpikFilter} is registered in the same way, with the settings of its
 * own builder. An application that has a {@code FilterRegistrationBean<EpikFilter>}, or sets {@code
 * epik.filter.enabled=false}, gets no registration from here.
 */
@AutoConfiguration
@ConditionalOnProperty(prefix = "epik.filter", name = "enabled", matchIfMissing = true)
public final class EpikFilterAutoConfiguration {

    /** Apart, because a reactive application has none of these classes. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    @EnableConfigurationProperties(EpikFilterProperties.class)
    static class OnServlets {
        @Bean
        @ConditionalOnMissingBean(value = EpikFilter.class, parameterizedContainer = FilterRegistrationBean.class)
        FilterRegistrationBean<EpikFilter> epikFilterRegistration(
                EpikFilterProperties properties, ObjectProvider<Consent> consent) {
            return new EpikRegistration(properties.settings(), consent.getIfAvailable());
        }

        @Bean
        @Conditional(OnUnregisteredEpikFilter.class)
        FilterRegistrationBean<EpikFilter> epikFilterBeanRegistration(
                EpikFilter filter, ObjectProvider<Consent> consent) {
            return new EpikRegistration(filter, consent.getIfAvailable());
        }
    }

    /** Captures nothing, and warns of it. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
    static class OnReactive {
        OnReactive() {
            Logger log = System.getLogger(EpikFilterAutoConfiguration.class.getName());
            log.log(
                    Level.WARNING,
                    "Epik's filter does not run, because it needs servlets and this application is reactive: no click"
                            + " id is captured on the server. Put the script epik.min.js on the pages instead, without"
                            + " data-beacon. epik.filter.enabled=false ends this warning.");
        }
    }
}
