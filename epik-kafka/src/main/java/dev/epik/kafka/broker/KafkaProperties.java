// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.broker;

import dev.epik.capi.EpikException;
import dev.epik.kafka.partition.AccountPartitioner;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;

/** Decides which properties Kafka's clients get: the caller's, and those that the guarantees need. Thread-safe. */
public final class KafkaProperties {
    private static final String DURABLE = "An event that is reported as stored must be on all replicas in sync; use "
            + TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG + " of the topic to say how many these are";
    private static final String ONE_WORKER = "The ad account decides the partition; see KafkaStore.Builder.spread(…)";
    private static final String BYTES = "The format of the records is fixed";
    private static final String COMMITS = "A worker commits what Pinterest has answered, and nothing else";

    /** The time of a handover: 30 s for what is being sent, 5 s to commit, 30 s for offsets, and a reserve. */
    private static final long MIN_POLL_INTERVAL_MILLIS = 90_000;

    /** The properties that a caller cannot set, and the reason. */
    private static final Map<String, String> FIXED = Map.ofEntries(
            Map.entry(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "Give the addresses to KafkaStore.builder(…)"),
            Map.entry(ProducerConfig.ACKS_CONFIG, DURABLE),
            Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "Without it a lost answer stores an event twice"),
            Map.entry(ProducerConfig.RETRIES_CONFIG, "Set delivery.timeout.ms to limit how long Kafka tries"),
            Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, "Epik never blocks a caller in Kafka's client"),
            Map.entry(
                    ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                    "For an order and its event in one transaction use" + " KafkaRelay.of(…) with a JdbcOutbox"),
            Map.entry(ProducerConfig.PARTITIONER_CLASS_CONFIG, ONE_WORKER),
            Map.entry(ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG, ONE_WORKER),
            Map.entry(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, BYTES),
            Map.entry(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, BYTES),
            Map.entry(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, BYTES),
            Map.entry(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, BYTES),
            Map.entry(ConsumerConfig.GROUP_ID_CONFIG, "Give the name to KafkaStore.Builder.group(…)"),
            Map.entry(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "A worker hands partitions over by the classic protocol"),
            Map.entry(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, "All workers of a group need the same one"),
            Map.entry(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "Give KafkaStore.Builder.window(…) the number of events"),
            Map.entry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, COMMITS),
            Map.entry(ConsumerConfig.AUTO_COMMIT_INTERVAL_MS_CONFIG, COMMITS),
            Map.entry(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "A new group must read all events"),
            Map.entry(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "Use KafkaStore.Builder.createTopics(…)"));

    private KafkaProperties() {}

    /**
     * Checks a property of the caller.
     *
     * @throws EpikException if the guarantees need another value; the message has no value
     */
    public static void check(String name, Object value) {
        String why = FIXED.get(name);
        if (why != null) {
            throw new EpikException("The Kafka property " + name + " cannot be set. " + why + '.');
        }
        if (name.isBlank() || value.toString().isBlank()) {
            throw new EpikException("The Kafka property \"" + name + "\" has no name or no value: give both");
        }
        if (name.equals(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG) && isLess(value, MIN_POLL_INTERVAL_MILLIS)) {
            throw new EpikException("The Kafka property " + name + " is less than " + MIN_POLL_INTERVAL_MILLIS
                    + ": a worker that hands partitions over waits up to 30 s for Pinterest, and then for the brokers."
                    + " Kafka would take it for dead, and its events would be sent again. Give "
                    + MIN_POLL_INTERVAL_MILLIS + " or more, or leave it at its default of 300000");
        }
    }

    /** Returns whether a value is a smaller number. Kafka reports one that is no number. */
    private static boolean isLess(Object value, long min) {
        try {
            return Long.parseLong(value.toString().strip()) < min;
        } catch (NumberFormatException ignored) {
            return false;
        }
    }

    /** Returns the properties of the producer. Those of the caller go before the defaults of Epik. */
    public static Map<String, Object> producer(KafkaSettings settings) {
        Map<String, Object> all = new TreeMap<>();
        all.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        // With several requests in flight, a partition whose leader has just changed may take the second one and refuse
        // the first, as out of order, until delivery.timeout.ms. Large batches make up for the single request.
        all.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        all.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 << 10);
        all.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
        all.putAll(chosen(settings, ProducerConfig.configNames()));
        all.put(ProducerConfig.ACKS_CONFIG, "all");
        all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);
        all.put(ProducerConfig.PARTITIONER_CLASS_CONFIG, AccountPartitioner.class);
        all.put(AccountPartitioner.SPREAD, settings.spread());
        return all;
    }

    /** Returns the properties of a consumer; with the group, if it is a worker's. */
    public static Map<String, Object> consumer(KafkaSettings settings, boolean isWorker) {
        Map<String, Object> all = new TreeMap<>(chosen(settings, ConsumerConfig.configNames()));
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        if (isWorker) {
            all.put(ConsumerConfig.GROUP_ID_CONFIG, settings.group());
            all.put(
                    ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                    "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
        }
        return all;
    }

    /** Returns the properties of the admin client. */
    public static Map<String, Object> admin(KafkaSettings settings) {
        return new TreeMap<>(chosen(settings, AdminClientConfig.configNames()));
    }

    /**
     * Returns the caller's properties that this client knows, and those that none of Kafka's clients knows: they belong
     * to a class of the caller.
     */
    private static Map<String, Object> chosen(KafkaSettings settings, Set<String> known) {
        Map<String, Object> chosen = new HashMap<>();
        settings.properties().forEach((name, value) -> {
            boolean ofOthers = ProducerConfig.configNames().contains(name)
                    || ConsumerConfig.configNames().contains(name)
                    || AdminClientConfig.configNames().contains(name);
            if (known.contains(name) || !ofOthers) {
                chosen.put(name, value);
            }
        });
        chosen.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrap());
        return chosen;
    }
}
