// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.TokenSource.Unavailable;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Customer;
import dev.epik.capi.event.Visit;
import dev.epik.capi.oauth.FileTokenStore;
import dev.epik.capi.oauth.OAuthApp;
import dev.epik.capi.oauth.OAuthTokens;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.testkit.Answer;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.PublishedSchema;
import dev.epik.testkit.ReceivedEvent;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** README's Java, compiled and run; and a check that README says the same. */
class ReadmeExample {
    record Line(String sku, int quantity, BigDecimal price) {}

    record Order(String number, BigDecimal total, String email, String phone, List<Line> lines) {}

    /** Both, for the one who opens them closes them: first the client, then its outbox. */
    private record Opened(SqliteOutbox outbox, EpikClient epik) implements AutoCloseable {
        @Override
        public void close() {
            epik.close();
            outbox.close();
        }
    }

    private static Opened open(Path file, URI pinterest, String adAccountId, String accessToken) {
        SqliteOutbox outbox =
                SqliteOutbox.open(file); // on a disk that outlives the process, such as /var/lib/shop/epik.db
        EpikClient epik = EpikClient.builder(Mode.LIVE, AdAccount.of(adAccountId, accessToken), outbox)
                .baseUrl(pinterest) // leave this line out: it is for tests
                .open();
        return new Opened(outbox, epik);
    }

    private static SubmitResult report(EpikClient epik, Order order, Visit visit) {
        SubmitResult answer = epik.submit(() -> {
            ConversionEvent.Builder sale = ConversionEvent.checkout(order.number())
                    .value(order.total(), "EUR")
                    .visit(visit) // ServletVisit.of(request)
                    .customer(Customer.builder().email(order.email()).phone(order.phone())); // hashed right here
            order.lines().forEach(line -> sale.item(line.sku(), line.quantity(), line.price()));
            return sale;
        });
        return answer;
    }

    private static OAuthTokens tokens(String clientId, String clientSecret, Path file) {
        OAuthTokens tokens = OAuthTokens.builder(new OAuthApp(clientId, clientSecret), FileTokenStore.at(file))
                .open();
        return tokens;
    }

    @Test
    void aShopWithAnAppOfItsOwnHasNoTokenBeforeSomebodyConnectsAndIsTold(@TempDir Path folder) throws Exception {
        try (OAuthTokens tokens = tokens("an-app", "a-secret", folder.resolve("pinterest.token"))) {
            Unavailable pause = assertInstanceOf(Unavailable.class, tokens.token());
            assertTrue(pause.needsOperator() && pause.reason().contains("OAuthTokens.connect"), pause.reason());
        }
    }

    @Test
    void aShopsSaleArrives(@TempDir Path folder) throws Exception {
        try (FakePinterest pinterest =
                        FakePinterest.builder("549755885175", "a-token").start();
                Opened opened = open(folder.resolve("epik.db"), pinterest.uri(), "549755885175", "a-token")) {
            EpikClient epik = opened.epik();
            pinterest.onRequest(PublishedSchema::check);
            Visit visit = Visit.of(Visit.Consent.GRANTED, "the shop")
                    .withClickId("dj0y")
                    .withIp("192.0.2.7")
                    .withUserAgent("Mozilla/5.0");
            Line line = new Line("sku-7", 2, new BigDecimal("19.99"));
            Order order =
                    new Order("1001", new BigDecimal("39.98"), "jane@shop.example", "+15550109999", List.of(line));

            assertEquals(new SubmitResult.Stored("1001", List.of()), report(epik, order, visit));

            ReceivedEvent sale =
                    pinterest.awaitEvents(1, Duration.ofSeconds(20)).get(0);
            assertTrue(sale.processed(), sale.error());
        }
    }

    @Test
    void aShopsOwnTestsHaveAPinterestOfTheirOwn() throws Exception {
        try (FakePinterest pinterest = FakePinterest.builder("549755885175", "a-token")
                .oauth("an-app", "a-secret")
                .start()) {
            URI api = pinterest.uri(); // for EpikClient's and OAuthTokens' builder: .baseUrl(api)
            String code = pinterest.tokens().authorizationCode("https://shop.example/back"); // for OAuthTokens.connect
            pinterest.next(Answer.rateLimited()); // and received(), awaitEvents(…), tally(…), failEvent(…)
            assertTrue(api.getPort() > 0 && !code.isEmpty());
        }
    }

    @Test
    void theReadmeSaysTheSame() throws Exception {
        Path root = Path.of(System.getProperty("epik.root", ".."));
        Path here = root.resolve("epik-capi/src/test/java/dev/epik/capi");
        String source = words(
                Files.readString(here.resolve("ReadmeExample.java")) + Files.readString(here.resolve("ShopEpik.java")));
        List<String> snippets = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(root.resolve("README.md")))
                .results()
                .map((MatchResult match) -> words(match.group(1)))
                .toList();
        assertTrue(snippets.size() >= 2, "README has no Java");
        snippets.forEach(snippet -> assertTrue(source.contains(snippet), "not in ReadmeExample: " + snippet));
    }

    private static String words(String text) {
        return text.replaceAll("\\s+", "");
    }
}
