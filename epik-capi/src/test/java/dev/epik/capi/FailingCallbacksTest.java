// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.epik.capi.TokenSource.TokenResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.testkit.FakePinterest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Delivery goes on after any failure of a listener or a token source. */
@Timeout(120)
class FailingCallbacksTest {

    private static ConversionEvent order(String id) {
        return ConversionEvent.checkout(id)
                .visit(Visit.of(Visit.Consent.GRANTED, "the shop")
                        .withIp("192.0.2.7")
                        .withUserAgent("Mozilla/5.0"))
                .build();
    }

    /** Throws checked exceptions as Kotlin, Groovy and Lombok do. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void raise(Throwable thrown) throws T {
        throw (T) thrown;
    }

    private static void fail(String how) {
        switch (how) {
            case "unchecked exception" -> throw new IllegalStateException("on purpose");
            case "checked exception" -> FailingCallbacksTest.<RuntimeException>raise(new IOException("on purpose"));
            case "InterruptedException" ->
                FailingCallbacksTest.<RuntimeException>raise(new InterruptedException("on purpose"));
            case "NoClassDefFoundError" -> throw new NoClassDefFoundError("on purpose");
            case "AssertionError" -> throw new AssertionError("on purpose");
            case "OutOfMemoryError" -> throw new OutOfMemoryError("on purpose");
            case "StackOverflowError" -> throw new StackOverflowError();
            default -> Thread.currentThread().interrupt(); // leaves the thread interrupted
        }
    }

    private static void assertSecondSaleIsDelivered(EpikClient.Builder builder, CountDownLatch failed)
            throws Exception {
        try (FakePinterest pinterest = FakePinterest.builder(ACCOUNT, "a-token").start();
                EpikClient epik = builder.baseUrl(pinterest.uri())
                        .linger(Duration.ZERO)
                        .shutdownTimeout(Duration.ZERO)
                        .open()) {
            assertInstanceOf(SubmitResult.Stored.class, epik.submit(order("1")));
            assertEquals(true, failed.await(30, TimeUnit.SECONDS));
            assertInstanceOf(SubmitResult.Stored.class, epik.submit(order("2")));
            pinterest.awaitEvents(2, Duration.ofSeconds(30));
            assertEquals(0, epik.stats().replaced());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unchecked exception",
                "checked exception",
                "InterruptedException",
                "NoClassDefFoundError",
                "AssertionError",
                "OutOfMemoryError",
                "StackOverflowError",
                "an interrupt"
            })
    void aFailingListenerDoesNotEndDelivery(String how) throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        AtomicBoolean once = new AtomicBoolean();
        EpikClient.Builder builder = EpikClient.builder(
                        Mode.LIVE, AdAccount.of(ACCOUNT, "a-token"), MemoryOutbox.ofCapacity(100))
                .listener((event, outcome) -> {
                    if (!once.getAndSet(true)) {
                        failed.countDown();
                        fail(how);
                    }
                });
        assertSecondSaleIsDelivered(builder, failed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unchecked exception",
                "checked exception",
                "InterruptedException",
                "NoClassDefFoundError",
                "AssertionError",
                "OutOfMemoryError",
                "StackOverflowError",
                "an interrupt"
            })
    void aFailingTokenSourceDoesNotEndDelivery(String how) throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        AtomicBoolean once = new AtomicBoolean();
        TokenSource vault = new TokenSource() {
            @Override
            public TokenResult token() {
                if (!once.getAndSet(true)) {
                    failed.countDown();
                    fail(how);
                }
                return AccessToken.of("a-token");
            }

            @Override
            public TokenResult renewed(AccessToken refused) {
                return refused;
            }
        };
        assertSecondSaleIsDelivered(
                EpikClient.builder(Mode.LIVE, AdAccount.of(ACCOUNT, vault), MemoryOutbox.ofCapacity(100)), failed);
    }
}
