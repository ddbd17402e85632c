// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot.test;

import dev.epik.testkit.FakePinterest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Starts a fake for one context. Tests with an equal customizer share the context.
 *
 * @param adAccountId the ad account that the fake has
 */
record FakePinterestCustomizer(String adAccountId) implements ContextCustomizer {
    static final String BEAN = "fakePinterest";

    private static final String TOKEN = "token-of-the-fake";

    @Override
    public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration merged) {
        FakePinterest fake;
        try {
            fake = FakePinterest.builder(adAccountId, TOKEN).start();
        } catch (IOException e) {
            throw new UncheckedIOException("No port is free for the FakePinterest", e);
        }
        ConfigurableEnvironment environment = context.getEnvironment();
        Map<String, Object> properties = new HashMap<>();
        properties.put("epik.api", fake.uri().toString());
        properties.put("epik.ad-account-id", adAccountId);
        properties.put("epik.access-token", TOKEN);
        properties.put("epik.access-token-file", "");
        properties.put("epik.delivery.linger", "0s");
        if (!environment.containsProperty("epik.mode")) {
            properties.put("epik.mode", "live");
        }
        environment.getPropertySources().addFirst(new MapPropertySource("fakePinterest", properties));
        context.getBeanFactory().registerSingleton(BEAN, fake);
        if (context.getBeanFactory() instanceof DefaultSingletonBeanRegistry beans) {
            beans.registerDisposableBean(BEAN, fake::close);
        }
    }
}
