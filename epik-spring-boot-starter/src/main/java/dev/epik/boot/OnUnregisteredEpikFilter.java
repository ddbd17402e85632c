// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.filter.EpikFilter;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.ResolvableType;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches if there is a bean of type {@link EpikFilter} without a registration. Spring Boot would register it after all
 * other filters, and only for {@code REQUEST}.
 */
final class OnUnregisteredEpikFilter implements ConfigurationCondition {
    @Override
    public ConfigurationPhase getConfigurationPhase() {
        return ConfigurationPhase.REGISTER_BEAN;
    }

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        ConfigurableListableBeanFactory beans = context.getBeanFactory();
        ResolvableType registration =
                ResolvableType.forClassWithGenerics(FilterRegistrationBean.class, EpikFilter.class);
        return beans != null
                && beans.getBeanNamesForType(EpikFilter.class, true, false).length > 0
                && beans.getBeanNamesForType(registration, true, false).length == 0;
    }
}
