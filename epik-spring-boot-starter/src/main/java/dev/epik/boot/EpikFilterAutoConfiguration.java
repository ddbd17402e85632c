// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.filter.Consent;
import dev.epik.filter.EpikFilter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;

/**
 * Registers {@link EpikFilter} for every path, ahead of the other filters. A single {@link Consent} bean decides instead of
 * {@code epik.filter.consent}. An application that registers an {@code EpikFilter} of its own, or sets
 * {@code epik.filter.enabled=false}, gets none from here.
 */
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnProperty(prefix = "epik.filter", name = "enabled", matchIfMissing = true)
@EnableConfigurationProperties(EpikFilterProperties.class)
public final class EpikFilterAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(value = EpikFilter.class, parameterizedContainer = FilterRegistrationBean.class)
    FilterRegistrationBean<EpikFilter> epik(EpikFilterProperties properties, ObjectProvider<Consent> consent) {
        return new EpikRegistration(properties.settings(), consent.getIfUnique());
    }
}
