// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo.launch;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * The entry point of {@code java -jar demo-webapp.war}. It lies at the root of the WAR, unpacks the bundled Jetty into
 * a temporary directory and starts {@link JettyServer} there. The web application does not see any of these classes.
 */
public final class DemoLauncher {
    private static final String JETTY = "WEB-INF/jetty/";

    private DemoLauncher() {}

    public static void main(String[] arguments) throws Exception {
        Path war = Path.of(DemoLauncher.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Path directory = Files.createTempDirectory("epik-demo-");
        List<URL> classPath = new ArrayList<>(List.of(war.toUri().toURL()));
        classPath.addAll(unpack(war, directory));
        // never closed: it serves until the process ends
        ClassLoader loader = new URLClassLoader(classPath.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
        Thread.currentThread().setContextClassLoader(loader);
        loader.loadClass("dev.epik.demo.launch.JettyServer")
                .getMethod("run", Path.class, Path.class)
                .invoke(null, war, directory);
    }

    private static List<URL> unpack(Path war, Path directory) throws IOException {
        List<URL> jars = new ArrayList<>();
        try (JarFile archive = new JarFile(war.toFile())) {
            for (JarEntry entry : Collections.list(archive.entries())) {
                if (entry.getName().startsWith(JETTY) && entry.getName().endsWith(".jar")) {
                    Path jar = directory.resolve(
                            Path.of(entry.getName()).getFileName().toString());
                    try (InputStream content = archive.getInputStream(entry)) {
                        Files.copy(content, jar);
                    }
                    jars.add(jar.toUri().toURL());
                }
            }
        }
        return jars;
    }
}
