// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.kafka.KafkaStore;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for Kafka. Passwords are in a file: other users can read a command line. */
final class KafkaOptions {
    private static final Pattern PLACE = Pattern.compile("kafka://([^/]+)(?:/([^/]*))?/?");

    @Option(names = "--kafka-config", paramLabel = "FILE", description = "Kafka's properties, such as passwords.")
    @Nullable
    Path config;

    @Option(names = "--spread", paramLabel = "N", description = "Partitions of an ad account, everywhere the same.")
    @Nullable
    Integer spread;

    /** Returns whether the text is the place of events in Kafka: {@code kafka://HOST:PORT/TOPIC}. */
    static boolean isKafka(String place) {
        return place.startsWith("kafka:");
    }

    /**
     * Returns a builder for a place in Kafka.
     *
     * @throws UsageException if it is invalid, or if the file cannot be read
     */
    KafkaStore.Builder at(String place) {
        Matcher parts = PLACE.matcher(place);
        if (!parts.matches()) {
            throw new UsageException(
                    "--outbox is invalid: name brokers and topic as kafka://HOST:PORT,HOST:PORT/TOPIC");
        }
        KafkaStore.Builder builder = of(parts.group(1));
        String topic = parts.group(2);
        return topic == null || topic.isEmpty() ? builder : builder.topic(topic);
    }

    /**
     * Returns a builder with the properties of the file.
     *
     * @throws UsageException if the file cannot be read
     */
    KafkaStore.Builder of(String brokers) {
        KafkaStore.Builder builder = KafkaStore.builder(brokers);
        Properties properties = new Properties();
        if (config != null) {
            try (Reader reader = Files.newBufferedReader(config)) {
                properties.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                throw new UsageException("--kafka-config: the file \"" + config
                        + "\" cannot be read: it must have lines such as security.protocol=SASL_SSL");
            }
        }
        for (String name : properties.stringPropertyNames()) {
            builder.property(name, properties.getProperty(name).strip());
        }
        return spread == null ? builder : builder.spread(spread);
    }
}
