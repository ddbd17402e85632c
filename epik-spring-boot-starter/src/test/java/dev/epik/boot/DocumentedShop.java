// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import java.net.URI;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** Starts a shop with a database and a configuration file that the documents show. */
public final class DocumentedShop {
    /** The folder of the files. */
    public static final Path FILES =
            Path.of(System.getProperty("epik.root", ".."), "epik-spring-boot-starter/src/test/docs");

    private DocumentedShop() {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Shop {}

    /** Starts it with the file, a class of the documents, and more properties. */
    public static ConfigurableApplicationContext start(String file, URI api, Class<?> more, String... properties)
            throws Exception {
        String[] arguments = Stream.concat(
                        Stream.of(
                                "--spring.config.location="
                                        + FILES.resolve(file).toUri(),
                                "--PINTEREST_ACCESS_TOKEN=a-token",
                                "--server.port=0",
                                "--server.address=127.0.0.1",
                                "--spring.main.banner-mode=off",
                                "--spring.datasource.url=" + Postgres.newDatabase(),
                                "--epik.api=" + api),
                        Stream.of(properties))
                .toArray(String[]::new);
        return new SpringApplicationBuilder(Shop.class, more).run(arguments);
    }
}
