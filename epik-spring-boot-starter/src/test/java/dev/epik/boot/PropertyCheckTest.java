// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.LogCapture;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class PropertyCheckTest {
    /** Properties of an application. */
    @ConfigurationProperties("epik.outlet")
    static class OfTheApplication {}

    private static void check(String source, String property) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().remove(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
        Map<String, Object> map = new HashMap<>(Map.of(property, "a-secret"));
        environment
                .getPropertySources()
                .addFirst(
                        source.equals("systemEnvironment")
                                ? new SystemEnvironmentPropertySource(source, map)
                                : new MapPropertySource(source, map));
        DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
        beans.registerBeanDefinition("own", new RootBeanDefinition(OfTheApplication.class));
        new PropertyCheck(environment).postProcessBeanFactory(beans);
    }

    @ParameterizedTest
    @CsvSource({
        "epik.acces-token, epik.access-token?",
        "epik.accessTokn, epik.access-token?",
        "epik.token, epik.access-token?",
        "epik.account-id, epik.ad-account-id?",
        "epik.add-account-id, epik.ad-account-id?",
        "epik.mod, epik.mode?",
        "epik.outbocks.file, epik.outbox?",
        "epik.acounts.at.ad-account-id, epik.accounts?",
        "epik.accounts.at.acces-token, epik.accounts.at.access-token?",
        "epik.accounts.at.colour, one of epik.accounts.at.[access-token",
        "epik.consent, epik.filter.consent?",
        "epik.linger, epik.delivery.linger?",
        "epik.filter.concent, epik.filter.consent?",
        "epik.outbox.fille, epik.outbox.file?",
        "epik.health.down-an, epik.health.down-on?",
        "epik.page-event.enabled, epik.page-events?",
        "epik.page-events.enable, epik.page-events.enabled?",
        "epik.oauth.secret, epik.oauth.client-secret?",
        "epik.pageurls, epik.page-url?",
        "epik.item-name, epik.item-names?",
        "epik.search-strings, epik.search-string?",
        "epik.kafka.bootstrap-server, epik.kafka.bootstrap-servers?",
        "epik.topic, epik.kafka.topic?",
        "epik.usoptout1, epik.us-opt-out?",
        "epik.visit.maxage1, epik.visit.max-age?"
    })
    void aMisspeltPropertyFailsTheStartWithASuggestion(String property, String meant) {
        SettingException e = assertThrows(SettingException.class, () -> check("application.yml", property));
        assertTrue(e.action().contains(meant), e::action);
        assertTrue(!e.getMessage().contains("a-secret"), e::getMessage);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "epik.mode",
                "epik.accessToken",
                "epik.ACCESS_TOKEN",
                "epik.trusted-proxies[0]",
                "epik.accounts.at.ad-account-id",
                "epik.accounts[a.b].access-token-file",
                "epik.outlet.type",
                "epik.silence",
                "epik.kafka.bootstrapServers[0]",
                "epik.kafka.properties.ssl.truststore.location",
                "epik.page-url",
                "epik.usOptOut",
                "epik.visit.max-age",
                "epik.health.down-on[1]",
                "epik.pageEvents.searchText",
                "epikal.acces-token",
                "epic.acces-token"
            })
    void otherPropertiesAreLeftAlone(String property) {
        try (LogCapture log = LogCapture.of(PropertyCheck.class)) {
            check("application.yml", property);
            assertEquals(List.of(), log.lines());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "systemEnvironment, EPIK_ACCES_TOKEN",
        "systemEnvironment, EPIK_PORT_8080_TCP",
        "systemProperties, epik.acces-token",
        "servletContextInitParams, epik.acces-token"
    })
    void variablesOfTheSystemAreNotChecked(String source, String property) {
        check(source, property);
    }

    @Test
    void aNameThatResemblesNoneIsAWarning() {
        try (LogCapture log = LogCapture.of(PropertyCheck.class)) {
            check("application.yml", "epik.warehouse");
            assertTrue(
                    log.lines().toString().contains("no property epik.warehouse"),
                    () -> log.lines().toString());
        }
    }

    @Test
    void theClosestNameIsSuggested() {
        assertEquals(
                Optional.of(new PropertyNames.Unknown("epik.access-token-file", false)),
                PropertyNames.check(ConfigurationPropertyName.of("epik.acces-token-file")));
    }
}
