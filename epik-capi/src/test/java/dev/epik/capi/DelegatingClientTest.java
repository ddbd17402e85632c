// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.MemoryOutbox;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DelegatingClientTest {
    private static ConversionEvent order() {
        return ConversionEvent.checkout("1")
                .visit(Visit.of(Visit.Consent.GRANTED, "the shop")
                        .withIp("192.0.2.7")
                        .withUserAgent("Mozilla/5.0"))
                .build();
    }

    @Test
    void eachCallGoesToTheCurrentClient() {
        AtomicReference<EpikClient> current = new AtomicReference<>(EpikClient.unavailable("not open yet"));
        EpikClient client = EpikClient.delegatingTo(current::get);
        assertEquals(new SubmitResult.Failed("not open yet"), client.submit(order()));
        assertEquals("not open yet", client.totalStats().pauseReason());
        assertThrows(EpikException.class, () -> client.stats());
        assertThrows(EpikException.class, () -> client.resume());
        EpikClient opened = EpikClient.builder(Mode.LIVE, AdAccount.of("1", "a-token"), MemoryOutbox.ofCapacity(9))
                .baseUrl(URI.create("http://127.0.0.1:1"))
                .linger(Duration.ofHours(1))
                .shutdownTimeout(Duration.ZERO)
                .open();
        current.set(opened);
        assertInstanceOf(SubmitResult.Stored.class, client.submit(order()));
        assertEquals(1, client.stats().waiting());
        client.close();
        assertInstanceOf(SubmitResult.Failed.class, opened.submit(order()));
    }

    @Test
    @SuppressWarnings("NullAway") // as a bug in a shop can do
    void aFailingSupplierIsLikeAnUnavailableClient() {
        EpikClient failing = EpikClient.delegatingTo(() -> {
            throw new IllegalStateException("canary");
        });
        assertEquals(
                new SubmitResult.Failed("The supplier of the client failed: java.lang.IllegalStateException"),
                failing.submit(order()));
        failing.close();
        assertInstanceOf(
                SubmitResult.Failed.class, EpikClient.delegatingTo(() -> null).submit(order()));
    }
}
