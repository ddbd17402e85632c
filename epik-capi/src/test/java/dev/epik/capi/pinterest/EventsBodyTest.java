// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventsBodyTest {
    @Test
    void oneEventBecomesAnArrayOfOne() {
        assertEquals("{\"data\":[{\"a\":1}]}", written(EventsBody.of(List.of("{\"a\":1}"))));
    }

    @Test
    void aThousandEventsAreCompleteForAnyLength() {
        for (String text : List.of("x".repeat(1700), "ü€\uD83D\uDE00".repeat(500))) {
            List<String> events = IntStream.range(0, 1000)
                    .mapToObj(i -> "{\"id\":" + i + ",\"text\":\"" + text + "\"}")
                    .toList();
            BodyPublisher body = EventsBody.of(events);
            String expected = events.stream().collect(Collectors.joining(",", "{\"data\":[", "]}"));
            assertTrue(expected.length() > 1 << 20, "the body has one piece only");
            assertEquals(expected.getBytes(StandardCharsets.UTF_8).length, body.contentLength());
            assertEquals(expected, written(body));
            assertEquals(expected, written(body), "the second subscription, as after a broken connection");
        }
    }

    @Test
    void anEventLongerThanAPieceIsComplete() {
        String event = "{\"text\":\"" + "y".repeat(1 << 20) + "\"}";
        assertEquals("{\"data\":[" + event + "," + event + "]}", written(EventsBody.of(List.of(event, event))));
    }

    private static String written(BodyPublisher body) {
        CompletableFuture<String> whole = new CompletableFuture<>();
        body.subscribe(new Flow.Subscriber<>() {
            private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(ByteBuffer piece) {
                byte[] copy = new byte[piece.remaining()];
                piece.get(copy);
                bytes.writeBytes(copy);
            }

            @Override
            public void onError(Throwable e) {
                whole.completeExceptionally(e);
            }

            @Override
            public void onComplete() {
                whole.complete(bytes.toString(StandardCharsets.UTF_8));
            }
        });
        return whole.join();
    }
}
