// SPDX-License-Identifier: Apache-2.0
package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.ReceivedEvent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.scan.StandardJarScanner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The WAR on Tomcat 9, from the ad to Pinterest. */
@Timeout(120)
class ShopIT {
    private final HttpClient browser = HttpClient.newHttpClient();
    private final Tomcat tomcat = new Tomcat();

    @TempDir
    Path folder;

    private FakePinterest pinterest;

    @BeforeEach
    void start() throws Exception {
        pinterest = FakePinterest.builder("549755885175", "fake-token").start();
        System.setProperty("shop.pinterest", pinterest.uri().toString());
        System.setProperty("shop.outbox", folder.resolve("epik.db").toString());
        tomcat.setBaseDir(folder.resolve("tomcat").toString());
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        tomcat.getHost().setAppBase(folder.toString());
        StandardContext shop = (StandardContext) tomcat.addWebapp("/shop", System.getProperty("shop.war"));
        // The class path of the test has Epik's jars too. A container has them only in WEB-INF/lib.
        ((StandardJarScanner) shop.getJarScanner()).setScanClassPath(false);
        tomcat.start();
    }

    @AfterEach
    void stop() throws Exception {
        tomcat.stop();
        tomcat.destroy();
        pinterest.close();
    }

    @Test
    void aSaleReachesPinterestWithTheClickIdOfTheLandingPage() throws Exception {
        String address = "http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + "/shop/";
        HttpResponse<String> landing = send(HttpRequest.newBuilder(URI.create(address + "?epik=dj0yJnU9ZGVtbw"))
                .header("Accept", "text/html"));
        assertTrue(landing.body().contains("A lamp"), landing.body());
        String cookie = landing.headers().firstValue("Set-Cookie").orElse("").replaceFirst(";.*", "");
        assertEquals("_epik=dj0yJnU9ZGVtbw", cookie);

        HttpResponse<String> receipt = send(HttpRequest.newBuilder(URI.create(address + "order"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Cookie", cookie)
                .POST(BodyPublishers.ofString("email=jane%40shop.example")));
        assertEquals(200, receipt.statusCode(), receipt.body());

        ReceivedEvent event = pinterest.awaitEvents(1, Duration.ofSeconds(20)).get(0);
        assertTrue(receipt.body().contains(event.id()), receipt.body());
        assertTrue(event.json().contains("\"click_id\":\"dj0yJnU9ZGVtbw\""), event.json());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return browser.send(request.header("User-Agent", "Mozilla/5.0").build(), BodyHandlers.ofString());
    }
}
