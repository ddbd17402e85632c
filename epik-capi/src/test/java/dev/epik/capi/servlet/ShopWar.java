// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet;

import com.fasterxml.jackson.core.JsonFactory;
import com.github.benmanes.caffeine.cache.Cache;
import dev.epik.capi.servlet.shop.CheckoutServlet;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.sqlite.JDBC;

/** An exploded WAR with {@code epik-capi} and what it needs in {@code WEB-INF/lib}, as a shop would have it. */
final class ShopWar {
    private ShopWar() {}

    /** @param api empty: the shop's listener fails */
    static Path build(Path directory, String api) throws Exception {
        Path webInf = Files.createDirectories(directory.resolve("WEB-INF"));
        Path lib = Files.createDirectories(webInf.resolve("lib"));
        jar(locationOf(EpikContextListener.class), lib.resolve("epik-capi.jar"));
        jar(locationOf(JsonFactory.class), lib.resolve("jackson-core.jar"));
        jar(locationOf(Cache.class), lib.resolve("caffeine.jar"));
        jar(locationOf(JDBC.class), lib.resolve("sqlite-jdbc.jar"));
        copyPackage(CheckoutServlet.class, webInf.resolve("classes"));
        Files.writeString(webInf.resolve("web.xml"), """
                <?xml version="1.0" encoding="UTF-8"?>
                <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
                  <context-param><param-name>api</param-name><param-value>%s</param-value></context-param>
                  <context-param><param-name>outbox</param-name><param-value>%s</param-value></context-param>
                  <listener><listener-class>dev.epik.capi.servlet.shop.ShopEpik</listener-class></listener>
                  <servlet>
                    <servlet-name>checkout</servlet-name>
                    <servlet-class>dev.epik.capi.servlet.shop.CheckoutServlet</servlet-class>
                  </servlet>
                  <servlet-mapping><servlet-name>checkout</servlet-name><url-pattern>/checkout</url-pattern></servlet-mapping>
                </web-app>
                """.formatted(api, directory.resolveSibling("outbox.db")));
        return directory;
    }

    private static Path locationOf(Class<?> type) throws URISyntaxException {
        URI location = type.getProtectionDomain().getCodeSource().getLocation().toURI();
        return Path.of(location);
    }

    private static void jar(Path classes, Path jar) throws IOException {
        if (Files.isRegularFile(classes)) {
            Files.copy(classes, jar);
            return;
        }
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                Stream<Path> tree = Files.walk(classes)) {
            for (Path path : tree.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(
                        new JarEntry(classes.relativize(path).toString().replace('\\', '/')));
                Files.copy(path, out);
            }
        }
    }

    private static void copyPackage(Class<?> member, Path target) throws Exception {
        Path source = locationOf(member);
        String folder = member.getPackageName().replace('.', '/');
        Files.createDirectories(target.resolve(folder));
        try (Stream<Path> files = Files.list(source.resolve(folder))) {
            for (Path file : files.toList()) {
                Files.copy(
                        file, target.resolve(folder).resolve(file.getFileName().toString()));
            }
        }
    }
}
