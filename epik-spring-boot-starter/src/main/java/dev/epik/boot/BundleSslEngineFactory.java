// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import java.security.KeyStore;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslOptions;

/**
 * Gives Kafka's clients the TLS settings of an {@link SslBundle} of Spring Boot. Public, because Kafka creates it by
 * its name. Thread-safe after {@link #configure}.
 */
public final class BundleSslEngineFactory implements SslEngineFactory {
    /** The property that holds the bundle. */
    static final String BUNDLE = "epik.ssl.bundle";

    private @Nullable SslBundle bundle;

    @Override
    public void configure(Map<String, ?> properties) {
        bundle = (SslBundle) properties.get(BUNDLE);
    }

    private SslBundle bundle() {
        SslBundle given = bundle;
        if (given == null) {
            throw new IllegalStateException("The property " + BUNDLE + " is missing");
        }
        return given;
    }

    @Override
    public SSLEngine createClientSslEngine(String host, int port, String endpointIdentification) {
        SSLEngine engine = bundle().createSslContext().createSSLEngine(host, port);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        SslOptions options = bundle().getOptions();
        if (options.getCiphers() != null) {
            parameters.setCipherSuites(options.getCiphers());
        }
        if (options.getEnabledProtocols() != null) {
            parameters.setProtocols(options.getEnabledProtocols());
        }
        parameters.setEndpointIdentificationAlgorithm(endpointIdentification);
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** Throws: Epik is a client only. */
    @Override
    public SSLEngine createServerSslEngine(String host, int port) {
        throw new UnsupportedOperationException("a client only");
    }

    @Override
    public boolean shouldBeRebuilt(Map<String, Object> newProperties) {
        return !bundle().equals(newProperties.get(BUNDLE));
    }

    @Override
    public Set<String> reconfigurableConfigs() {
        return Set.of(BUNDLE);
    }

    @Override
    public @Nullable KeyStore keystore() {
        return bundle().getStores().getKeyStore();
    }

    @Override
    public @Nullable KeyStore truststore() {
        return bundle().getStores().getTrustStore();
    }

    @Override
    public void close() {}
}
