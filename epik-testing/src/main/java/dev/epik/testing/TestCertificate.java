// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A self-signed certificate for {@code shop.example}, its subdomains and 127.0.0.1, created once per process by the
 * JDK's keytool.
 */
public final class TestCertificate {
    public static final String PASSWORD = "for-tests";

    /** The key store with the certificate and its private key. */
    public static final Path FILE = create();

    private TestCertificate() {}

    private static Path create() {
        try {
            Path folder = Files.createTempDirectory("epik-keys");
            Path keys = folder.resolve("keys.p12");
            folder.toFile().deleteOnExit();
            keys.toFile().deleteOnExit();
            String keytool =
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
            String options = "-genkeypair -alias shop -keyalg EC -dname CN=shop.example"
                    + " -ext SAN=dns:shop.example,dns:*.shop.example,ip:127.0.0.1"
                    + " -storetype PKCS12 -storepass " + PASSWORD;
            Process process = new ProcessBuilder((keytool + " " + options + " -keystore " + keys).split(" ", -1))
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(output);
            }
            return keys;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("no certificate for tests", e);
        }
    }

    /** Returns the context of a server with this certificate, and of a client that trusts no other. */
    public static SSLContext context() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(FILE)) {
            store.load(file, PASSWORD.toCharArray());
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("shop", store.getCertificate("shop"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
