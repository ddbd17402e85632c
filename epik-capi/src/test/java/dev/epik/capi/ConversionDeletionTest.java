// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.epik.capi.ConversionDeletion.Request;
import dev.epik.capi.ConversionDeletion.Result;
import dev.epik.capi.ConversionDeletion.Status;
import dev.epik.testing.TickingClock;
import dev.epik.testkit.FakeDeletions;
import dev.epik.testkit.FakePinterest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConversionDeletionTest {
    private static final String TOKEN = "a-token";
    private static final String EMAIL = "canary@example.com";
    private static final String CLICK = "dj0yJnU9canary";

    private final TickingClock clock = new TickingClock(Instant.parse("2026-11-27T10:00:00Z"));
    private FakePinterest pinterest;
    private ConversionDeletion deletion;

    @BeforeEach
    void start() throws IOException {
        pinterest = FakePinterest.builder(ACCOUNT, TOKEN).clock(clock).start();
        deletion = ConversionDeletion.of(AdAccount.of(ACCOUNT, TOKEN), pinterest.uri());
    }

    @AfterEach
    void stop() {
        pinterest.close();
    }

    private static Request only(Result result) {
        List<Request> requests = assertInstanceOf(Result.Answered.class, result, result::toString)
                .requests();
        assertEquals(1, requests.size());
        return requests.get(0);
    }

    @Test
    void filesPlainEmailsAndClickIdsAndFollowsTheStatus() throws Exception {
        Request filed = only(deletion.file(List.of(EMAIL, "b\"@example.com"), List.of(CLICK)));
        assertEquals(new Request("700000000001", Status.PENDING, "PENDING", "2026-11-27", Optional.empty()), filed);
        FakeDeletions.Request received = pinterest.deletions().requests().get(0);
        assertEquals(List.of(EMAIL, "b\"@example.com"), received.emails());
        assertEquals(List.of(CLICK), received.epiks());
        clock.tick(FakeDeletions.CANCELLABLE);
        Request submitted = only(deletion.find(filed.id()));
        assertEquals(Status.SUBMITTED, submitted.status());
        assertEquals(Optional.of("2026-11-30"), submitted.processed());
        assertEquals(0, pinterest.requests());
    }

    @Test
    void cancelsARequestUntilItIsSubmitted() throws Exception {
        Request filed = only(deletion.file(List.of(EMAIL), List.of()));
        assertEquals(Status.CANCELLED, only(deletion.cancel(filed.id())).status());
        Request late = only(deletion.file(List.of(), List.of(CLICK)));
        clock.tick(FakeDeletions.CANCELLABLE);
        Result.Failed failed = assertInstanceOf(Result.Failed.class, deletion.cancel(late.id()));
        assertEquals(400, failed.status());
        assertTrue(failed.reason().contains("no longer be cancelled"), failed.reason());
        assertEquals(
                404, assertInstanceOf(Result.Failed.class, deletion.find("1")).status());
    }

    @Test
    void listsTheNewestFirstOverSeveralPages() throws Exception {
        for (int i = 0; i < 260; i++) {
            only(deletion.file(List.of("p" + i + "@example.com"), List.of()));
        }
        List<Request> all =
                assertInstanceOf(Result.Answered.class, deletion.list(1000)).requests();
        assertEquals(260, all.size());
        assertEquals("700000000260", all.get(0).id());
        assertEquals(
                3,
                assertInstanceOf(Result.Answered.class, deletion.list(3))
                        .requests()
                        .size());
    }

    @Test
    void anAppWithoutTheBetaGetsTheReasonAndTheCure() throws Exception {
        pinterest.deletions().setAvailable(false);
        Result.Failed failed = assertInstanceOf(Result.Failed.class, deletion.file(List.of(EMAIL), List.of()));
        assertEquals(403, failed.status());
        assertTrue(failed.reason().contains("ask Pinterest to enable it"), failed.reason());
        assertFalse(failed.maybeDone());
    }

    @Test
    void aTokenThatIsRefusedIsRenewedOnce() throws Exception {
        TokenSource renewing = new TokenSource() {
            @Override
            public TokenResult token() {
                return AccessToken.of("old-token");
            }

            @Override
            public TokenResult renewed(AccessToken refused) {
                return AccessToken.of(TOKEN);
            }
        };
        only(ConversionDeletion.of(AdAccount.of(ACCOUNT, renewing), pinterest.uri())
                .file(List.of(EMAIL), List.of()));
        Result.Failed failed = assertInstanceOf(
                Result.Failed.class,
                ConversionDeletion.of(AdAccount.of(ACCOUNT, "wrong"), pinterest.uri())
                        .list(1));
        assertEquals(401, failed.status());
    }

    @Test
    void anAnswerThatQuotesAnAddressIsMaskedAndAnUnknownStatusIsKept() throws Exception {
        String quoting = "{\"code\":1,\"message\":\"No user " + EMAIL + " or MÜLLER@example.com or " + CLICK + "\"}";
        Result.Failed failed = assertInstanceOf(Result.Failed.class, answered(400, quoting));
        assertFalse(failed.reason().contains("canary"), failed.reason());
        assertEquals(
                new Request("7", Status.OTHER, "PAUSED", "2026-11-27T10:00:00", Optional.empty()),
                only(answered(
                        200,
                        "{\"request_id\":\"7\",\"status\":\"PAUSED\",\"created_time\":\"2026-11-27T10:00:00\","
                                + "\"processed_time\":null,\"more\":{\"a\":[1]}}")));
        for (String unreadable :
                List.of("", "<html>", "[]", "{\"items\":[1]}", "{\"status\":\"PENDING\"}", "{\"request_id\":")) {
            assertTrue(assertInstanceOf(Result.Failed.class, answered(201, unreadable))
                    .maybeDone());
        }
        assertTrue(assertInstanceOf(Result.Failed.class, answered(503, "")).maybeDone());
        assertEquals(
                "Pinterest answered 429: slow down. Try again in a minute.",
                assertInstanceOf(Result.Failed.class, answered(429, "{\"message\":\"slow down\"}"))
                        .reason());
    }

    /** Files a request at a server that gives this answer. */
    private static Result answered(int status, String body) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        server.start();
        try {
            URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
            return ConversionDeletion.of(AdAccount.of(ACCOUNT, TOKEN), uri).file(List.of(EMAIL), List.of(CLICK));
        } finally {
            server.stop(0);
        }
    }

    @Test
    void anUnreachableServerAndInvalidCallsAreReported() throws Exception {
        pinterest.close();
        Result.Failed failed = assertInstanceOf(Result.Failed.class, deletion.file(List.of(EMAIL), List.of()));
        assertEquals(0, failed.status());
        assertFalse(failed.maybeDone());
        assertThrows(EpikException.class, () -> deletion.file(List.of(), List.of()));
        assertThrows(EpikException.class, () -> deletion.file(List.of(EMAIL, " "), List.of()));
        assertThrows(EpikException.class, () -> deletion.find("a/b"));
        assertThrows(EpikException.class, () -> deletion.cancel(""));
        AdAccount wrong = AdAccount.of(ACCOUNT, TOKEN);
        assertThrows(
                EpikException.class,
                () -> ConversionDeletion.of(wrong, URI.create("http://example.com"))
                        .list(1));
    }
}
