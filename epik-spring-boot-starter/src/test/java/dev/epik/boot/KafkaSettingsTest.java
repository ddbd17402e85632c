// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;

/** Which cluster the properties name. */
class KafkaSettingsTest {
    private static final SslBundle BUNDLE = SslBundle.of(SslStoreBundle.NONE);

    private static KafkaSettings.Cluster cluster(String... properties) {
        return cluster(null, properties);
    }

    private static KafkaSettings.Cluster cluster(@Nullable KafkaConnection connection, String... properties) {
        Map<String, String> all = new HashMap<>();
        for (String property : properties) {
            int equals = property.indexOf('=');
            all.put(property.substring(0, equals), property.substring(equals + 1));
        }
        Binder binder = new Binder(new MapConfigurationPropertySource(all));
        DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry("shop", BUNDLE);
        return new KafkaSettings(
                        binder.bindOrCreate("epik.kafka", EpikKafkaProperties.class), binder, connection, () -> bundles)
                .cluster();
    }

    @Test
    void ownServersArePreferredAndThenNothingOfSpringKafkaIsRead() {
        KafkaSettings.Cluster cluster = cluster(
                "epik.kafka.bootstrap-servers=kafka1:9092,kafka2:9092",
                "epik.kafka.properties.linger.ms=7",
                "spring.kafka.bootstrap-servers=other:9092",
                "spring.kafka.security.protocol=SSL",
                "spring.kafka.ssl.bundle=shop");
        assertEquals("kafka1:9092,kafka2:9092", cluster.servers());
        assertEquals(Map.of("linger.ms", "7"), cluster.properties());
    }

    @Test
    void serversOfSpringKafkaAreTheDefaultTogetherWithTheirSecurityAlone() {
        KafkaSettings.Cluster cluster = cluster(
                "spring.kafka.bootstrap-servers=kafka1:9092,kafka2:9092",
                "spring.kafka.security.protocol=SASL_SSL",
                "spring.kafka.properties.sasl.mechanism=PLAIN",
                "spring.kafka.properties.acks=1",
                "epik.kafka.properties.sasl.mechanism=SCRAM-SHA-512");
        assertEquals("kafka1:9092,kafka2:9092", cluster.servers());
        assertEquals(Map.of("security.protocol", "SASL_SSL", "sasl.mechanism", "SCRAM-SHA-512"), cluster.properties());
    }

    @Test
    void withoutServersTheMessageNamesBothSettings() {
        SettingException e = assertThrows(SettingException.class, () -> cluster("epik.kafka.topic=sales"));
        assertTrue(e.description().contains("neither epik.kafka.bootstrap-servers nor spring.kafka."), e::description);
        assertTrue(e.action().contains("kafka1:9092"), e::action);
    }

    @Test
    void aConnectionIsPreferredToSpringKafkaAndNotToOwnServers() {
        KafkaConnection container = new KafkaConnection(List.of("container:9092"), null, null);
        String[] ofSpring = {
            "spring.kafka.bootstrap-servers=kafka1:9092", "spring.kafka.properties.sasl.mechanism=PLAIN"
        };
        assertEquals(
                new KafkaSettings.Cluster("container:9092", Map.of("sasl.mechanism", "PLAIN")),
                cluster(container, ofSpring));
        assertEquals(
                "own:9092",
                cluster(container, ofSpring[0], "epik.kafka.bootstrap-servers=own:9092")
                        .servers());
    }

    @Test
    void protocolAndBundleOfAConnectionArePreferredToThoseOfSpringKafka() {
        KafkaConnection container = new KafkaConnection(List.of("container:9093"), "SSL", BUNDLE);
        Map<String, Object> properties = cluster(
                        container, "spring.kafka.security.protocol=PLAINTEXT", "spring.kafka.ssl.bundle=nothing")
                .properties();
        assertEquals("SSL", properties.get("security.protocol"));
        assertSame(BUNDLE, properties.get(BundleSslEngineFactory.BUNDLE));
    }

    @Test
    void bundleOfSpringKafkaIsUsedUnlessEpikHasSslOfItsOwn() {
        String[] ofSpring = {"spring.kafka.bootstrap-servers=kafka1:9093", "spring.kafka.ssl.bundle=shop"};
        assertEquals(
                Map.of("ssl.engine.factory.class", BundleSslEngineFactory.class, BundleSslEngineFactory.BUNDLE, BUNDLE),
                cluster(ofSpring).properties());
        KafkaSettings.Cluster cluster =
                cluster(ofSpring[0], ofSpring[1], "epik.kafka.properties.ssl.keystore.type=PEM");
        assertEquals(Map.of("ssl.keystore.type", "PEM"), cluster.properties());
    }

    @Test
    void aMissingBundleIsReported() {
        SettingException e = assertThrows(
                SettingException.class,
                () -> cluster("spring.kafka.bootstrap-servers=kafka1:9093", "spring.kafka.ssl.bundle=misspelt"));
        assertTrue(e.description().contains("spring.kafka.ssl.bundle is \"misspelt\""), e::description);
        assertTrue(e.action().contains("spring.ssl.bundle"), e::action);
    }

    @Test
    void storesOfSpringKafkaAreTakenOver(@TempDir Path folder) throws Exception {
        Path store = Files.createFile(folder.resolve("trust.p12"));
        KafkaSettings.Cluster cluster = cluster(
                "spring.kafka.bootstrap-servers=kafka1:9093",
                "spring.kafka.ssl.trust-store-location=" + store.toUri(),
                "spring.kafka.ssl.trust-store-password=for-tests",
                "spring.kafka.ssl.trust-store-type=PKCS12");
        assertEquals(
                Map.of(
                        "ssl.truststore.location", store.toString(),
                        "ssl.truststore.password", "for-tests",
                        "ssl.truststore.type", "PKCS12"),
                cluster.properties());
        assertThrows(
                SettingException.class,
                () -> cluster(
                        "spring.kafka.bootstrap-servers=kafka1:9093",
                        "spring.kafka.ssl.trust-store-location=classpath:nothing.p12"));
    }

    @Test
    void noTextShowsAValueOfKafkasProperties() {
        EpikKafkaProperties properties = new EpikKafkaProperties(
                List.of("kafka1:9092"), "epik-events", null, true, null, null, Map.of("sasl.jaas.config", "a-secret"));
        assertTrue(properties.toString().contains("sasl.jaas.config"), properties::toString);
        assertFalse(properties.toString().contains("a-secret"), properties::toString);
        KafkaSettings.Cluster cluster = new KafkaSettings(
                        properties, new Binder(new MapConfigurationPropertySource(Map.of())), null, () -> null)
                .cluster();
        assertFalse(cluster.toString().contains("a-secret"), cluster::toString);
    }
}
