// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.EpikClient;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Contributes the health {@code epik} if the application has Spring Boot's actuator. It reads what the client has in
 * memory, so it does no I/O. With several {@link EpikClient} beans, the primary one has it.
 */
@AutoConfiguration(after = EpikAutoConfiguration.class)
@EnableConfigurationProperties(EpikHealthProperties.class)
public final class EpikHealthAutoConfiguration {
    /** Spring Boot takes the name of the contributor, {@code epik}, from the name of the bean. */
    private static final String BEAN = "epikHealthIndicator";

    /** A class for each line, because Spring Boot 4 has moved the health classes. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(
            name = {
                "org.springframework.boot.actuate.health.HealthIndicator",
                "org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator"
            })
    static class OnSpringBoot3 {
        @Bean(BEAN)
        @ConditionalOnMissingBean(name = BEAN)
        @ConditionalOnSingleCandidate(EpikClient.class)
        @ConditionalOnEnabledHealthIndicator("epik")
        org.springframework.boot.actuate.health.HealthIndicator epikHealthIndicator(
                EpikClient client,
                EpikHealthProperties health,
                EpikProperties properties,
                EpikOutboxProperties outbox,
                ConfigurableListableBeanFactory beans) {
            Deployment deployment = Deployment.of(properties, outbox, beans);
            return () -> {
                HealthReport report = HealthReport.of(client, deployment, health.downOn());
                var builder = report.isDown()
                        ? org.springframework.boot.actuate.health.Health.down()
                        : org.springframework.boot.actuate.health.Health.up();
                return builder.withDetails(report.details()).build();
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(
            name = {
                "org.springframework.boot.health.contributor.HealthIndicator",
                "org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator"
            })
    static class OnSpringBoot4 {
        @Bean(BEAN)
        @ConditionalOnMissingBean(name = BEAN)
        @ConditionalOnSingleCandidate(EpikClient.class)
        @org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator("epik")
        org.springframework.boot.health.contributor.HealthIndicator epikHealthIndicator(
                EpikClient client,
                EpikHealthProperties health,
                EpikProperties properties,
                EpikOutboxProperties outbox,
                ConfigurableListableBeanFactory beans) {
            Deployment deployment = Deployment.of(properties, outbox, beans);
            return () -> {
                HealthReport report = HealthReport.of(client, deployment, health.downOn());
                var builder = report.isDown()
                        ? org.springframework.boot.health.contributor.Health.down()
                        : org.springframework.boot.health.contributor.Health.up();
                return builder.withDetails(report.details()).build();
            };
        }
    }
}
