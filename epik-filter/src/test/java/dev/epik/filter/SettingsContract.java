// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** The effect of the settings, and the counts. */
abstract class SettingsContract extends CacheContract {
    @Test
    void obeysInitParams() throws Exception {
        try (Container container = start(Map.of(
                "lifetime-days", "30", "cookie-domain", "example.shop", "secure", "always", "max-length", "16"))) {
            Wire wire = new Wire(container.port());
            assertEquals(
                    List.of("_epik=abc; Path=/; Max-Age=2592000; Domain=example.shop; SameSite=Lax; Secure"),
                    wire.get("/?epik=abc", "Host: pay.example.shop").all("Set-Cookie"));
            assertEquals(
                    List.of("_epik=abc; Path=/; Max-Age=2592000; SameSite=Lax; Secure"),
                    wire.get("/?epik=abc", "Host: other.example").all("Set-Cookie"));
            assertEquals(List.of(), wire.get("/?epik=" + "a".repeat(17)).all("Set-Cookie"));
        }
    }

    @Test
    void refreshWritesTheSameClickIdAgainOnlyAtALanding() throws Exception {
        try (Container container = start(Map.of("refresh", "landing"))) {
            Wire wire = new Wire(container.port());
            assertEquals(
                    1,
                    wire.get("/?epik=abc", "Cookie: _epik=abc")
                            .all("Set-Cookie")
                            .size());
            assertEquals(List.of(), wire.get("/", "Cookie: _epik=abc").all("Set-Cookie"));
        }
    }

    @Test
    void publishesCountsInJmxWhileItIsDeployed() throws Exception {
        String context = "context=\"\",*";
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        Set<ObjectName> before = server.queryNames(new ObjectName("dev.epik:type=EpikFilter," + context), null);
        stop();
        try (Container container = start(Deployment.DROP_IN)) {
            Wire wire = new Wire(container.port());
            wire.get("/?epik=abc");
            wire.get("/?epik=abc", "Cookie: _epik=abc");
            wire.get("/?epik=");
            wire.get("/?epik=a%20b");
            wire.get("/?epik=" + "a".repeat(513));
            wire.get("/?epik=abc", "Sec-GPC: 1");
            wire.get("/", "Cookie: _epik=abc", "Sec-GPC: 1");
            wire.get("/");
            for (String event : List.of("page_visit", "checkout")) {
                wire.send(
                        "POST",
                        "/_epik",
                        "event=" + event + "&id=1764-0.25",
                        "Sec-Fetch-Site: same-origin",
                        "Content-Type: text/plain");
            }
            ObjectName name = server.queryNames(new ObjectName("dev.epik:type=EpikFilter," + context), null)
                    .iterator()
                    .next();
            Map<String, Long> counts = new TreeMap<>();
            for (var attribute : server.getMBeanInfo(name).getAttributes()) {
                counts.put(attribute.getName(), (Long) server.getAttribute(name, attribute.getName()));
            }
            assertEquals(
                    Map.of(
                            "Captured",
                            1L,
                            "Unchanged",
                            1L,
                            "RefusedEmpty",
                            1L,
                            "RefusedCharacters",
                            1L,
                            "RefusedLength",
                            1L,
                            "WithoutConsent",
                            1L,
                            "Erased",
                            1L,
                            "PageEvents",
                            0L,
                            "PageEventsRefused",
                            1L,
                            "PageEventsUntaken",
                            1L),
                    counts);
        } finally {
            assertEquals(1, before.size());
            assertEquals(Set.of(), server.queryNames(new ObjectName("dev.epik:type=EpikFilter," + context), null));
            deploy();
        }
    }

    @Test
    void unknownInitParamFailsTheDeployment() throws Exception {
        assertThrows(
                Exception.class,
                () -> start(Map.of("cookieDomain", "shop.example")).close());
    }
}
