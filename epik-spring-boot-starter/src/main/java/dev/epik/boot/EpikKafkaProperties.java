// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code epik.kafka.*} of {@code epik.outbox.type=kafka}. A misspelt property fails the start.
 * Immutable.
 *
 * @param bootstrapServers Addresses of brokers, such as kafka1:9092. By default those of a KafkaConnectionDetails bean,
 *     otherwise spring.kafka.bootstrap-servers, and then also their security.
 * @param topic Topic of the events, and prefix of TOPIC-retry, TOPIC-retry-later and TOPIC-dead.
 * @param group Consumer group of the processes that deliver. By default the name of the topic.
 * @param deliver Whether this process delivers events too. Otherwise it only stores them, and other processes deliver.
 * @param window Number of unsettled events that this process keeps in memory while it delivers.
 * @param spread Number of partitions that the events of one ad account are in. The same in all programs.
 * @param properties Properties of Kafka's clients, such as security.protocol.
 */
@ConfigurationProperties(prefix = "epik.kafka", ignoreUnknownFields = false)
public record EpikKafkaProperties(
        @DefaultValue List<String> bootstrapServers,
        @DefaultValue("epik-events") String topic,
        @Nullable String group,
        @DefaultValue("true") boolean deliver,
        @Nullable Integer window,
        @Nullable Integer spread,
        @DefaultValue Map<String, String> properties) {

    /** Shows no value of Kafka's properties, because some are secret. */
    @Override
    public String toString() {
        return "EpikKafkaProperties[bootstrapServers=" + bootstrapServers + ", topic=" + topic + ", group=" + group
                + ", deliver=" + deliver + ", window=" + window + ", spread=" + spread
                + ", properties=" + new TreeSet<>(properties.keySet()) + "]";
    }
}
