// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.broker;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** The commands that create the topics, for messages: pure functions. */
public final class TopicCommands {
    /** Longer than the longest outage that most want to survive. Kafka deletes by age, sent or not. */
    private static final Duration RETENTION = Duration.ofDays(14);

    private TopicCommands() {}

    /** Returns the message for topics that do not exist. */
    public static String missing(KafkaSettings settings, List<String> topics) {
        return "Kafka at " + settings.bootstrap() + " has no topic "
                + topics.stream().map(topic -> '"' + topic + '"').collect(Collectors.joining(" and ")) + ". Create "
                + (topics.size() == 1 ? "it" : "them") + ", with as many partitions as workers may ever run: "
                + topics.stream().map(topic -> command(settings, topic)).collect(Collectors.joining("; "))
                + ". For development use KafkaStore.Builder.createTopics(…)";
    }

    private static String command(KafkaSettings settings, String topic) {
        boolean isDead = topic.equals(settings.deadTopic());
        return "kafka-topics.sh --bootstrap-server " + settings.bootstrap() + " --create --topic " + topic
                + " --replication-factor 3 --config min.insync.replicas=2 --partitions "
                + (isDead ? "1 --config cleanup.policy=compact" : "12 --config retention.ms=" + RETENTION.toMillis());
    }
}
