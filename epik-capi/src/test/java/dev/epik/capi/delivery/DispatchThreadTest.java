// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.ForwardingOutbox;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.Peek;
import dev.epik.capi.pinterest.AdAccount;
import dev.epik.capi.pinterest.Mode;
import dev.epik.capi.pinterest.PinterestApi;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DispatchThreadTest {
    private static final String ACCOUNT = "549755885175";

    /** A join of no milliseconds would wait for ever. */
    @Test
    @Timeout(60)
    void withoutADrainTimeClosingInterruptsAtOnce() throws InterruptedException {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        ForwardingOutbox outbox = new ForwardingOutbox(MemoryOutbox.ofCapacity(1)) {
            @Override
            public Peek peek(String adAccount, int most) {
                busy.countDown();
                try {
                    new CountDownLatch(1).await(); // as long as it takes
                } catch (InterruptedException closing) {
                    interrupted.countDown();
                    Thread.currentThread().interrupt();
                }
                return super.peek(adAccount, most);
            }
        };
        PinterestApi api =
                new PinterestApi(URI.create("http://127.0.0.1:9"), AdAccount.of(ACCOUNT, "a-token"), Mode.LIVE, null);
        try (api;
                outbox) {
            Dispatcher dispatcher =
                    new Dispatcher(ACCOUNT, outbox, api, DeliveryOptions.of(Mode.LIVE, Clock.systemUTC()));
            DispatchThread thread = new DispatchThread(dispatcher, Duration.ZERO);
            thread.start();
            busy.await();
            thread.close();
            assertTrue(interrupted.getCount() == 0, "it was never interrupted");
        }
    }
}
