// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;

/**
 * The brokers of a {@code KafkaConnectionDetails} bean, such as those of a container. Immutable.
 *
 * @param servers addresses of brokers
 * @param protocol the value of {@code security.protocol}; null if the bean leaves it to the properties
 * @param bundle null if the bean has none
 */
record KafkaConnection(
        List<String> servers,
        @Nullable String protocol,
        @Nullable SslBundle bundle) {
    /** Returns whether Spring Boot made the bean from {@code spring.kafka.*}, which are read from there. */
    static boolean isOfProperties(Object details) {
        return details.getClass().getSimpleName().startsWith("Properties");
    }
}
