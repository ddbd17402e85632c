// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import java.io.FileNotFoundException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.ResourceUtils;

/** The security of {@code spring.kafka.*}, as properties of Kafka's clients. */
final class SpringKafkaSecurity {
    static final String PREFIX = "spring.kafka.";
    static final String PROTOCOL = "security.protocol";

    private static final String SSL = PREFIX + "ssl.";

    /** Prefixes of the properties of Kafka's clients that belong to a cluster, and not to a use of it. */
    private static final List<String> SECURITY = List.of("security.", "sasl.", "ssl.");

    /** The properties below {@code spring.kafka.ssl}, and those of Kafka's clients. */
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("key-password", "ssl.key.password"),
            Map.entry("key-store-certificate-chain", "ssl.keystore.certificate.chain"),
            Map.entry("key-store-key", "ssl.keystore.key"),
            Map.entry("key-store-location", "ssl.keystore.location"),
            Map.entry("key-store-password", "ssl.keystore.password"),
            Map.entry("key-store-type", "ssl.keystore.type"),
            Map.entry("trust-store-certificates", "ssl.truststore.certificates"),
            Map.entry("trust-store-location", "ssl.truststore.location"),
            Map.entry("trust-store-password", "ssl.truststore.password"),
            Map.entry("trust-store-type", "ssl.truststore.type"),
            Map.entry("protocol", "ssl.protocol"));

    private final Binder environment;
    private final Supplier<@Nullable SslBundles> bundles;

    /** @param bundles returns null if the application has none */
    SpringKafkaSecurity(Binder environment, Supplier<@Nullable SslBundles> bundles) {
        this.environment = environment;
        this.bundles = bundles;
    }

    /** Returns those of {@code spring.kafka.properties} and the protocol, without {@code spring.kafka.ssl}. */
    Map<String, Object> properties() {
        Map<String, Object> security = new TreeMap<>();
        environment
                .bind(PREFIX + "properties", Bindable.mapOf(String.class, String.class))
                .orElse(Map.of())
                .forEach((name, value) -> {
                    if (SECURITY.stream().anyMatch(name::startsWith)) {
                        security.put(name, value);
                    }
                });
        text(PREFIX + PROTOCOL, protocol -> security.put(PROTOCOL, protocol));
        return security;
    }

    /** Returns those of {@code spring.kafka.ssl}: of its bundle, otherwise of its stores and certificates. */
    Map<String, Object> ssl() {
        Map<String, Object> ssl = new TreeMap<>();
        text(SSL + "bundle", name -> ssl.putAll(ofBundle(bundle(name))));
        if (ssl.isEmpty()) {
            NAMES.forEach((ofSpring, ofKafka) -> text(
                    SSL + ofSpring,
                    value -> ssl.put(ofKafka, ofKafka.endsWith(".location") ? file(SSL + ofSpring, value) : value)));
        }
        return ssl;
    }

    /** Returns the properties that make Kafka's clients use a bundle. */
    static Map<String, Object> ofBundle(SslBundle bundle) {
        return Map.of("ssl.engine.factory.class", BundleSslEngineFactory.class, BundleSslEngineFactory.BUNDLE, bundle);
    }

    private void text(String name, Consumer<String> use) {
        environment.bind(name, Bindable.of(String.class)).ifBound(use);
    }

    private SslBundle bundle(String name) {
        SslBundles known = bundles.get();
        try {
            if (known != null) {
                return known.getBundle(name);
            }
        } catch (NoSuchSslBundleException ignored) {
            // as if there were no bundles
        }
        throw new SettingException(
                SSL + "bundle is \"" + name + "\", and there is no such SSL bundle",
                "Configure it below spring.ssl.bundle, or correct the name");
    }

    private static String file(String setting, String location) {
        try {
            return ResourceUtils.getFile(location).getAbsolutePath();
        } catch (FileNotFoundException e) {
            throw new SettingException(setting + " names no file", "Give a path, or file: and a path");
        }
    }
}
