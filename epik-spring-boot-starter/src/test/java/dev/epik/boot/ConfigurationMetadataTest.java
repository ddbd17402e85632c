// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.json.JsonParserFactory;

/** The metadata that IDEs read. The build generates it from the records of properties. */
class ConfigurationMetadataTest {
    private static final Map<String, Object> METADATA = read();

    /** Reads the file of this module, because the class path has Spring Boot's metadata under the same name. */
    private static Map<String, Object> read() {
        try {
            URL classes = EpikFilterProperties.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation();
            URI file = URI.create(classes + "META-INF/spring-configuration-metadata.json");
            try (InputStream in = file.toURL().openStream()) {
                return JsonParserFactory.getJsonParser()
                        .parseMap(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new AssertionError("the build has generated no metadata", e);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, Object>> byName(String key) {
        Map<String, Map<String, Object>> items = new TreeMap<>();
        for (Object item : (List<?>) METADATA.getOrDefault(key, List.of())) {
            Map<String, Object> values = (Map<String, Object>) item;
            items.put(String.valueOf(values.get("name")), values);
        }
        return items;
    }

    private static Set<String> properties() {
        Set<String> all = properties(EpikProperties.class, "epik.");
        all.addAll(properties(EpikFilterProperties.class, "epik.filter."));
        all.addAll(properties(EpikOutboxProperties.class, "epik.outbox."));
        all.addAll(properties(EpikKafkaProperties.class, "epik.kafka."));
        all.addAll(properties(EpikDeliveryProperties.class, "epik.delivery."));
        all.addAll(properties(EpikOAuthProperties.class, "epik.oauth."));
        all.addAll(properties(EpikHealthProperties.class, "epik.health."));
        all.addAll(properties(EpikVisitProperties.class, "epik.visit."));
        all.addAll(properties(EpikPageEventsProperties.class, "epik.page-events."));
        return all;
    }

    private static Set<String> properties(Class<?> type, String prefix) {
        return Arrays.stream(type.getRecordComponents())
                .map(component -> prefix
                        + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void hasEveryPropertyWithADescriptionAndThoseOfTheFilterWithADefault() {
        Map<String, Map<String, Object>> described = byName("properties");
        assertTrue(described.containsKey("management.endpoint.epik.access"), "the processor knows the endpoint");
        described.keySet().removeIf(name -> name.startsWith("management."));
        assertEquals(properties(), described.keySet());
        described.forEach((name, property) -> {
            assertFalse(String.valueOf(property.getOrDefault("description", "")).isBlank(), name);
            assertFalse(
                    name.startsWith("epik.filter.")
                            && String.valueOf(property.getOrDefault("defaultValue", ""))
                                    .isBlank(),
                    name);
        });
    }

    @Test
    void hasTheDefaultsOfTheFilter() {
        Map<String, String> settings = new TreeMap<>();
        Map<String, Map<String, Object>> described = byName("properties");
        described.keySet().removeIf(name -> !name.startsWith("epik.filter."));
        described.forEach((name, property) ->
                settings.put(name.substring("epik.filter.".length()), String.valueOf(property.get("defaultValue"))));
        settings.remove("enabled");
        assertEquals(
                Map.of(
                        "beacon", "/_epik",
                        "consent", "opt-out",
                        "cookie-domain", "auto",
                        "gpc", "obey",
                        "lifetime-days", "365",
                        "max-length", "512",
                        "refresh", "never",
                        "secure", "auto"),
                settings);
    }

    @Test
    void hasNumbersForNumbersAndTextsForTheOthers() {
        Map<String, Map<String, Object>> described = byName("properties");
        Set<String> numbers = Set.of("epik.filter.lifetime-days", "epik.filter.max-length");
        described.keySet().retainAll(numbers);
        assertEquals(numbers, described.keySet());
        described.forEach((name, property) -> assertEquals("java.lang.Integer", property.get("type"), name));
    }

    @Test
    void hintsNameOnlyKnownProperties() {
        Set<String> hinted = new TreeSet<>(byName("hints").keySet());
        assertFalse(hinted.isEmpty());
        hinted.removeAll(properties());
        assertEquals(Set.of(), hinted);
    }
}
