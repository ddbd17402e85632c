// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.EpikClient;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Contributes the endpoint {@code epik} and the info {@code epik} if the application has Spring Boot's actuator. With
 * several {@link EpikClient} beans, the primary one has the endpoint.
 */
@AutoConfiguration(after = EpikAutoConfiguration.class)
public final class EpikEndpointAutoConfiguration {

    /** A class of its own, because an application without the actuator does not have these classes. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(
            name = {
                "org.springframework.boot.actuate.info.InfoContributor",
                "org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint"
            })
    static class OnActuator {
        @Bean
        @ConditionalOnMissingBean
        @ConditionalOnSingleCandidate(EpikClient.class)
        @ConditionalOnAvailableEndpoint(endpoint = EpikEndpoint.class)
        EpikEndpoint epikEndpoint(
                EpikClient client,
                EpikProperties properties,
                EpikOutboxProperties outbox,
                ConfigurableListableBeanFactory beans) {
            return new EpikEndpoint(client, Deployment.of(properties, outbox, beans));
        }

        @Bean
        @ConditionalOnMissingBean(name = "epikInfoContributor")
        @ConditionalOnEnabledInfoContributor("epik")
        InfoContributor epikInfoContributor(
                EpikProperties properties, EpikOutboxProperties outbox, ConfigurableListableBeanFactory beans) {
            Map<String, Object> details =
                    new TreeMap<>(Deployment.of(properties, outbox, beans).details());
            details.remove("account");
            String version = EpikEndpoint.class.getPackage().getImplementationVersion();
            if (version != null) {
                details.put("version", version);
            }
            return info -> info.withDetail("epik", details);
        }
    }
}
