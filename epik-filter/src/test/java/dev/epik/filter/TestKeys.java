// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A self-signed certificate for {@code shop.example}, created once per process by the JDK's keytool. */
final class TestKeys {
    static final String PASSWORD = "for-tests";
    static final Path FILE = create();

    private TestKeys() {}

    private static Path create() {
        try {
            Path folder = Files.createTempDirectory("epik-keys");
            Path keys = folder.resolve("keys.p12");
            folder.toFile().deleteOnExit();
            keys.toFile().deleteOnExit();
            String keytool =
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
            String options = "-genkeypair -alias shop -keyalg EC -dname CN=shop.example"
                    + " -ext SAN=dns:shop.example,dns:*.shop.example -storetype PKCS12 -storepass " + PASSWORD;
            Process process = new ProcessBuilder((keytool + " " + options + " -keystore " + keys).split(" ", -1))
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(said);
            }
            return keys;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("no certificate for tests", e);
        }
    }

    static SSLContext context() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(FILE)) {
            store.load(file, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD.toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        return tls;
    }
}
