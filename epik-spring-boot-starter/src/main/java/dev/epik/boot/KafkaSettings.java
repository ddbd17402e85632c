// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.RetriedStore;
import dev.epik.kafka.KafkaStore;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.util.ClassUtils;

/** Opens the store of {@code epik.kafka.*}. The application may be without {@code epik-kafka}. */
final class KafkaSettings {
    private static final String SERVERS = "epik.kafka.bootstrap-servers";
    private static final String OF_SPRING = "spring.kafka.";

    /** Prefixes of the properties of Kafka's clients that belong to a cluster, and not to a use of it. */
    private static final List<String> SECURITY = List.of("security.", "sasl.", "ssl.");

    private KafkaSettings() {}

    /**
     * The cluster.
     *
     * @param servers addresses of brokers
     * @param properties properties of Kafka's clients
     */
    record Cluster(String servers, Map<String, String> properties) {
        /** Shows no value of the properties, because some are secret. */
        @Override
        public String toString() {
            return "Cluster[" + servers + "]";
        }
    }

    /** Opens the store. If Kafka refuses it, that is tried again in the background. */
    static EventStore open(EpikKafkaProperties properties, Binder environment) {
        requireEpikKafka(KafkaSettings.class.getClassLoader());
        return Store.open(cluster(properties, environment), properties);
    }

    static void requireEpikKafka(ClassLoader loader) {
        if (!ClassUtils.isPresent("dev.epik.kafka.KafkaStore", loader)) {
            throw new SettingException(
                    "epik.outbox.type is kafka, and epik-kafka is not on the class path",
                    "Add dev.epik:epik-kafka to the dependencies");
        }
    }

    /** Returns the cluster of {@code epik.kafka}, otherwise that of {@code spring.kafka}. */
    static Cluster cluster(EpikKafkaProperties properties, Binder environment) {
        List<String> own = properties.bootstrapServers();
        if (!own.isEmpty()) {
            return new Cluster(String.join(",", own), properties.properties());
        }
        List<String> ofSpring = environment
                .bind(OF_SPRING + "bootstrap-servers", Bindable.listOf(String.class))
                .orElse(List.of());
        if (ofSpring.isEmpty()) {
            throw new SettingException(
                    "epik.outbox.type is kafka, and neither " + SERVERS + " nor " + OF_SPRING
                            + "bootstrap-servers is set",
                    "Set one of them to the addresses of brokers, such as kafka1:9092,kafka2:9092");
        }
        Map<String, String> all = securityOfSpring(environment, properties.properties());
        all.putAll(properties.properties());
        return new Cluster(String.join(",", ofSpring), all);
    }

    private static Map<String, String> securityOfSpring(Binder environment, Map<String, String> own) {
        Map<String, String> security = new TreeMap<>();
        environment
                .bind(OF_SPRING + "properties", Bindable.mapOf(String.class, String.class))
                .orElse(Map.of())
                .forEach((name, value) -> {
                    if (SECURITY.stream().anyMatch(name::startsWith)) {
                        security.put(name, value);
                    }
                });
        environment
                .bind(OF_SPRING + "security.protocol", Bindable.of(String.class))
                .ifBound(protocol -> security.put("security.protocol", protocol));
        boolean hasSsl = environment
                .bind(OF_SPRING + "ssl", Bindable.mapOf(String.class, Object.class))
                .isBound();
        if (hasSsl && own.keySet().stream().noneMatch(name -> name.startsWith("ssl."))) {
            throw new SettingException(
                    "The brokers are those of " + OF_SPRING + "bootstrap-servers, and Epik does not read " + OF_SPRING
                            + "ssl",
                    "Set the same by epik.kafka.properties, such as epik.kafka.properties.ssl.truststore.location");
        }
        return security;
    }

    /** A class of its own, because an application without {@code epik-kafka} does not have these classes. */
    private static final class Store {
        static EventStore open(Cluster cluster, EpikKafkaProperties properties) {
            KafkaStore.Builder store = SettingException.check(SERVERS, () -> KafkaStore.builder(cluster.servers()));
            SettingException.check("epik.kafka.topic", () -> store.topic(properties.topic()));
            String group = properties.group();
            if (group != null) {
                SettingException.check("epik.kafka.group", () -> store.group(group));
            }
            Integer window = properties.window();
            if (window != null) {
                SettingException.check("epik.kafka.window", () -> store.window(window));
            }
            cluster.properties()
                    .forEach((name, value) ->
                            SettingException.check("epik.kafka.properties." + name, () -> store.property(name, value)));
            if (properties.deliver()) {
                store.deliver();
            }
            return RetriedStore.open(store::build, Set.of(), properties.deliver());
        }
    }
}
