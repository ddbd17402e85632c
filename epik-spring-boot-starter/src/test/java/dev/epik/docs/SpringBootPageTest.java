// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.epik.filter.ConsentDecider;
import dev.epik.filter.EpikFilter;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** Starts the examples of {@code docs/spring-boot.md}. */
class SpringBootPageTest {
    private static final Path PROPERTIES = Path.of(
            System.getProperty("epik.root", ".."), "epik-spring-boot-starter/src/test/docs/application.properties");

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Shop {}

    @Test
    void propertiesAndTheConsentBeanAreUsed() throws Exception {
        Properties properties = new Properties();
        try (Reader file = Files.newBufferedReader(PROPERTIES)) {
            properties.load(file);
        }
        properties.setProperty("server.port", "0");
        properties.setProperty("server.address", "127.0.0.1");
        try (ConfigurableApplicationContext shop = new SpringApplicationBuilder(Shop.class, ShopConsent.class)
                .properties(properties)
                .run()) {
            assertEquals("required", shop.getEnvironment().getProperty("epik.filter.consent"));
            assertNotNull(shop.getBean(ConsentDecider.class));
            FilterRegistrationBean<?> registration = shop.getBean(FilterRegistrationBean.class);
            assertEquals(EpikFilter.class, registration.getFilter().getClass());
        }
    }
}
