// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/**
 * Takes the brokers of a {@code KafkaConnectionDetails} bean, which Testcontainers and Docker Compose support provide.
 */
@AutoConfiguration
@ConditionalOnProperty(prefix = "epik.outbox", name = "type", havingValue = "kafka")
public final class EpikKafkaAutoConfiguration {
    private static final String BEAN = "epikKafkaConnection";

    /** A class for each line, because Spring Boot 4 has moved the interface. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.boot.autoconfigure.kafka.KafkaConnectionDetails")
    static class OnSpringBoot3 {
        @Bean(BEAN)
        @Lazy
        KafkaConnectionSource epikKafkaConnection(
                ObjectProvider<org.springframework.boot.autoconfigure.kafka.KafkaConnectionDetails> beans) {
            return () -> {
                var details = beans.getIfUnique();
                return details == null || KafkaConnection.isOfProperties(details)
                        ? null
                        : new KafkaConnection(
                                details.getBootstrapServers(), details.getSecurityProtocol(), details.getSslBundle());
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails")
    static class OnSpringBoot4 {
        @Bean(BEAN)
        @Lazy
        KafkaConnectionSource epikKafkaConnection(
                ObjectProvider<org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails> beans) {
            return () -> {
                var details = beans.getIfUnique();
                return details == null || KafkaConnection.isOfProperties(details)
                        ? null
                        : new KafkaConnection(
                                details.getBootstrapServers(), details.getSecurityProtocol(), details.getSslBundle());
            };
        }
    }
}
