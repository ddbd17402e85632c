// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.RetriedStore;
import dev.epik.kafka.KafkaStore;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.ClassUtils;

/**
 * Opens the store of {@code epik.kafka.*}. The application may be without {@code epik-kafka}.
 *
 * <p>The brokers are those of {@code epik.kafka}, otherwise those of a {@link KafkaConnection}, otherwise those of
 * {@code spring.kafka}. The last two are used together with the security of {@code spring.kafka}.
 */
final class KafkaSettings {
    private static final String SERVERS = "epik.kafka.bootstrap-servers";
    private static final String SERVERS_OF_SPRING = SpringKafkaSecurity.PREFIX + "bootstrap-servers";

    private final EpikKafkaProperties properties;
    private final Binder environment;
    private final @Nullable KafkaConnection connection;
    private final SpringKafkaSecurity security;

    /**
     * @param connection null if there is none
     * @param bundles returns null if the application has none
     */
    KafkaSettings(
            EpikKafkaProperties properties,
            Binder environment,
            @Nullable KafkaConnection connection,
            Supplier<@Nullable SslBundles> bundles) {
        this.properties = properties;
        this.environment = environment;
        this.connection = connection;
        this.security = new SpringKafkaSecurity(environment, bundles);
    }

    /**
     * The cluster.
     *
     * @param servers addresses of brokers
     * @param properties properties of Kafka's clients
     */
    record Cluster(String servers, Map<String, Object> properties) {
        /** Shows no value of the properties, because some are secret. */
        @Override
        public String toString() {
            return "Cluster[" + servers + "]";
        }
    }

    /** Opens the store. If Kafka refuses it, that is tried again in the background. */
    EventStore open() {
        requireEpikKafka(KafkaSettings.class.getClassLoader());
        return Store.open(cluster(), properties);
    }

    static void requireEpikKafka(ClassLoader loader) {
        if (!ClassUtils.isPresent("dev.epik.kafka.KafkaStore", loader)) {
            throw new SettingException(
                    "epik.outbox.type is kafka, and epik-kafka is not on the class path",
                    "Add dev.epik:epik-kafka to the dependencies");
        }
    }

    /** Returns the cluster that the properties and the connection name. */
    Cluster cluster() {
        Map<String, String> own = properties.properties();
        if (!properties.bootstrapServers().isEmpty()) {
            return new Cluster(String.join(",", properties.bootstrapServers()), Map.copyOf(own));
        }
        List<String> servers = connection != null
                ? connection.servers()
                : environment
                        .bind(SERVERS_OF_SPRING, Bindable.listOf(String.class))
                        .orElse(List.of());
        if (servers.isEmpty()) {
            throw new SettingException(
                    "epik.outbox.type is kafka, and neither " + SERVERS + " nor " + SERVERS_OF_SPRING
                            + " is set, and there is no KafkaConnectionDetails bean",
                    "Set one of them to the addresses of brokers, such as kafka1:9092,kafka2:9092");
        }
        boolean hasOwnSsl = own.keySet().stream().anyMatch(name -> name.startsWith("ssl."));
        Map<String, Object> all = new TreeMap<>(security.properties());
        if (connection != null && connection.protocol() != null) {
            all.put(SpringKafkaSecurity.PROTOCOL, connection.protocol());
        }
        if (!hasOwnSsl) {
            all.putAll(
                    connection != null && connection.bundle() != null
                            ? SpringKafkaSecurity.ofBundle(connection.bundle())
                            : security.ssl());
        }
        all.putAll(own);
        return new Cluster(String.join(",", servers), all);
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
            Integer spread = properties.spread();
            if (spread != null) {
                SettingException.check("epik.kafka.spread", () -> store.spread(spread));
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
