// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.broker;

import java.util.List;
import java.util.Map;

/**
 * The settings of a {@link dev.epik.kafka.KafkaStore}, after they were checked. Immutable.
 *
 * @param bootstrap the value of {@code bootstrap.servers}
 * @param topic the topic of the events; its name is the beginning of the names of the others
 * @param group the consumer group of the workers
 * @param properties of Kafka's clients, as the caller gave them. May hold passwords
 * @param window how many unsettled records a worker holds in memory at most
 * @param spread how many partitions the events of one ad account are in
 */
public record KafkaSettings(
        String bootstrap, String topic, String group, Map<String, Object> properties, int window, int spread) {
    /** Returns the topic of events that wait for another try. */
    public String retryTopic() {
        return topic + "-retry";
    }

    /** Returns the topic of events that have waited for several tries. */
    public String laterTopic() {
        return topic + "-retry-later";
    }

    /** Returns all topics in which events wait. */
    public List<String> waitingTopics() {
        return List.of(topic, retryTopic(), laterTopic());
    }

    /** Returns the topic of dead letters, which Kafka compacts. */
    public String deadTopic() {
        return topic + "-dead";
    }

    /** Shows no properties: they may hold passwords. */
    @Override
    public String toString() {
        return "KafkaSettings[" + bootstrap + ", " + topic + ", " + group + "]";
    }
}
