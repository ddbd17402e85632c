// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet;

import com.fasterxml.jackson.core.JsonFactory;
import com.github.benmanes.caffeine.cache.Cache;
import dev.epik.capi.servlet.shop.CheckoutServlet;
import dev.epik.testing.WarFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sqlite.JDBC;

/** An exploded WAR with {@code epik-capi} and what it needs in {@code WEB-INF/lib}, as a shop would have it. */
final class ShopWar {
    private ShopWar() {}

    /** @param api empty: the shop's listener fails */
    static Path build(Path directory, String api) throws Exception {
        Path webInf = Files.createDirectories(directory.resolve("WEB-INF"));
        WarFiles.addLibrary(webInf, "epik-capi.jar", EpikContextListener.class);
        WarFiles.addLibrary(webInf, "jackson-core.jar", JsonFactory.class);
        WarFiles.addLibrary(webInf, "caffeine.jar", Cache.class);
        WarFiles.addLibrary(webInf, "sqlite-jdbc.jar", JDBC.class);
        WarFiles.addPackage(webInf, CheckoutServlet.class);
        Files.writeString(webInf.resolve("web.xml"), """
                <?xml version="1.0" encoding="UTF-8"?>
                <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
                  <context-param><param-name>api</param-name><param-value>%s</param-value></context-param>
                  <context-param><param-name>outbox</param-name><param-value>%s</param-value></context-param>
                  <listener><listener-class>dev.epik.capi.servlet.shop.ShopListener</listener-class></listener>
                  <servlet>
                    <servlet-name>checkout</servlet-name>
                    <servlet-class>dev.epik.capi.servlet.shop.CheckoutServlet</servlet-class>
                  </servlet>
                  <servlet-mapping><servlet-name>checkout</servlet-name><url-pattern>/checkout</url-pattern></servlet-mapping>
                </web-app>
                """.formatted(api, directory.resolveSibling("outbox.db")));
        return directory;
    }
}
