// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Which cluster the properties name. */
class KafkaSettingsTest {
    private static KafkaSettings.Cluster cluster(String... properties) {
        Map<String, String> all = new HashMap<>();
        for (String property : properties) {
            int equals = property.indexOf('=');
            all.put(property.substring(0, equals), property.substring(equals + 1));
        }
        Binder binder = new Binder(new MapConfigurationPropertySource(all));
        return KafkaSettings.cluster(binder.bindOrCreate("epik.kafka", EpikKafkaProperties.class), binder);
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
    void sslOfSpringKafkaIsRefusedUnlessEpikHasItsOwn() {
        String[] ofSpring = {"spring.kafka.bootstrap-servers=kafka1:9093", "spring.kafka.ssl.bundle=shop"};
        SettingException e = assertThrows(SettingException.class, () -> cluster(ofSpring));
        assertTrue(e.action().contains("epik.kafka.properties.ssl."), e::action);
        KafkaSettings.Cluster cluster =
                cluster(ofSpring[0], ofSpring[1], "epik.kafka.properties.ssl.keystore.type=PEM");
        assertEquals(Map.of("ssl.keystore.type", "PEM"), cluster.properties());
    }

    @Test
    void noTextShowsAValueOfKafkasProperties() {
        EpikKafkaProperties properties = new EpikKafkaProperties(
                List.of("kafka1:9092"), "epik-events", null, true, null, Map.of("sasl.jaas.config", "a-secret"));
        assertTrue(properties.toString().contains("sasl.jaas.config"), properties::toString);
        assertFalse(properties.toString().contains("a-secret"), properties::toString);
        KafkaSettings.Cluster cluster =
                KafkaSettings.cluster(properties, new Binder(new MapConfigurationPropertySource(Map.of())));
        assertFalse(cluster.toString().contains("a-secret"), cluster::toString);
    }
}
