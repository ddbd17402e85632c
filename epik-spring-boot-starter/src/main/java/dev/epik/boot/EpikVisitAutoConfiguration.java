// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.servlet.TrustedProxies;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Lets controllers of Spring MVC take the {@code Visit} of the request as an argument. */
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(name = "org.springframework.web.servlet.config.annotation.WebMvcConfigurer")
@EnableConfigurationProperties(EpikProperties.class)
public final class EpikVisitAutoConfiguration {

    /** A class of its own, because an application without Spring MVC does not have these classes. */
    @Configuration(proxyBeanMethods = false)
    static class OnSpringMvc {
        @Bean
        WebMvcConfigurer epikVisitConfigurer(EpikProperties properties, ObjectProvider<TrustedProxies> own) {
            TrustedProxies proxies = ProxySettings.read(properties, own);
            return new WebMvcConfigurer() {
                @Override
                public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                    resolvers.add(new VisitArgumentResolver(proxies));
                }
            };
        }
    }
}
