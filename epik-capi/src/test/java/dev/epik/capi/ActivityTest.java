// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Customer;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.spi.RetriedOutbox;
import dev.epik.testkit.FakePinterest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The part of the activity that is about troubles of the outbox and of the ad account. */
@Timeout(60)
class ActivityTest {
    private static final String ACCOUNT = "549755885175";

    private static ConversionEvent sale(String id) {
        return ConversionEvent.checkout(id)
                .visit(Visit.of(Visit.Consent.GRANTED, "the test"))
                .customer(Customer.builder().email("a@shop.example").build())
                .build();
    }

    @Test
    void storageFailsFromAFailedSubmitUntilAnEventIsStored() throws Exception {
        AtomicBoolean canOpen = new AtomicBoolean();
        RetriedOutbox outbox = RetriedOutbox.open(() -> {
            if (!canOpen.get()) {
                throw new IOException("the database is away");
            }
            return MemoryOutbox.ofCapacity(10);
        });
        try (FakePinterest pinterest = FakePinterest.builder(ACCOUNT, "a-token").start();
                EpikClient epik = EpikClient.builder(
                                Mode.LIVE, AdAccount.of(ACCOUNT, AccessToken.of("a-token")), outbox)
                        .baseUrl(pinterest.uri())
                        .open()) {
            assertInstanceOf(SubmitResult.Failed.class, epik.account("unknown").submit(sale("1001")));
            assertFalse(epik.activity().isStorageFailing(), "an unknown ad account is no fault of the outbox");
            assertInstanceOf(SubmitResult.Failed.class, epik.submit(sale("1001")));
            assertTrue(epik.activity().isStorageFailing());
            canOpen.set(true);
            while (!epik.submit(sale("1001")).isStored()) {
                Thread.sleep(20);
            }
            assertFalse(epik.activity().isStorageFailing());
        }
    }

    @Test
    void anAccountIsRefusedUntilDeliveryGoesOn() throws Exception {
        AtomicBoolean isConnected = new AtomicBoolean();
        TokenSource tokens = new TokenSource() {
            @Override
            public TokenResult token() {
                return isConnected.get() ? AccessToken.of("a-token") : Unavailable.needsOperator("connect again");
            }

            @Override
            public TokenResult renewed(AccessToken refused) {
                return token();
            }
        };
        try (FakePinterest pinterest = FakePinterest.builder(ACCOUNT, "a-token").start();
                EpikClient epik = EpikClient.builder(
                                Mode.LIVE, AdAccount.of(ACCOUNT, tokens), MemoryOutbox.ofCapacity(10))
                        .baseUrl(pinterest.uri())
                        .linger(Duration.ZERO)
                        .open()) {
            assertTrue(epik.submit(sale("1001")).isStored());
            while (!epik.activity().isAccountRefused()) {
                Thread.sleep(20);
            }
            assertEquals("connect again", epik.stats().pauseReason());
            isConnected.set(true);
            epik.resume();
            pinterest.awaitEvents(1, Duration.ofSeconds(30));
            while (epik.activity().isAccountRefused()) {
                Thread.sleep(20);
            }
        }
    }
}
