// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.capi.EpikException;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.kafka.KafkaStore;
import dev.epik.testing.Await;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RelayThreadTest {
    /** Ends the thread that asks for its message. */
    private static final class Deadly extends EpikException {
        private static final long serialVersionUID = 1L;

        Deadly() {
            super("a failure");
        }

        @Override
        public String getMessage() {
            throw new InternalError("made by this test");
        }
    }

    @Test
    void aThreadThatDiesIsReplacedWithoutASubmitUntilTheRelayIsClosed() {
        AtomicInteger asked = new AtomicInteger();
        Outbox outbox = (Outbox) Proxy.newProxyInstance(
                Outbox.class.getClassLoader(), new Class<?>[] {Outbox.class}, (proxy, method, arguments) -> {
                    assertEquals("dueAccounts", method.getName());
                    if (asked.incrementAndGet() == 1) {
                        throw new Deadly();
                    }
                    return List.of();
                });
        try (KafkaStore kafka = KafkaStore.builder("127.0.0.1:1").build();
                RelayThread relay =
                        new RelayThread(outbox, (event, redriven, deadline) -> kafka.add(event, deadline))) {
            relay.ensureRunning();
            Await.until(() -> asked.get() >= 2);
        }
        assertEquals(
                0,
                Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().equals("epik-kafka-relay"))
                        .count());
    }
}
