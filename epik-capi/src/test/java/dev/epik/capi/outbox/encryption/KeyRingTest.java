// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.EpikException;
import dev.epik.capi.outbox.encryption.KeyRing.Lookup;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.PayloadKeys;
import dev.epik.testing.Await;
import dev.epik.testing.LogCapture;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KeyRingTest {
    private static final Duration WAIT = Duration.ofSeconds(30);

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger questions = new AtomicInteger();
    private final KeyService service = new KeyService();
    private final KeyRing ring = new KeyRing(service, nanos::get);

    /** A key service that can fail or hang. */
    private final class KeyService implements PayloadKeys {
        volatile String current = "1";
        volatile String failure = "";
        volatile CountDownLatch answers = new CountDownLatch(0);

        @Override
        public Key current() throws Exception {
            answer();
            return key(current);
        }

        @Override
        public Optional<Key> find(String id) throws Exception {
            answer();
            return id.equals("unknown") ? Optional.empty() : Optional.of(key(id));
        }

        private void answer() throws Exception {
            questions.incrementAndGet();
            answers.await();
            if (!failure.isEmpty()) {
                throw new IllegalStateException(failure);
            }
        }
    }

    private static PayloadKeys.Key key(String id) {
        return PayloadKeys.Key.of(id, new byte[PayloadKeys.KEY_BYTES]);
    }

    private void advance(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @AfterEach
    void close() {
        service.answers.countDown();
        ring.close();
    }

    @Test
    void asksOnceForEachKey() {
        for (int i = 0; i < 3; i++) {
            assertEquals("1", ring.current(WAIT).id);
            assertInstanceOf(Lookup.Found.class, ring.find("1", WAIT));
            assertInstanceOf(Lookup.Found.class, ring.find("old", WAIT));
        }
        assertEquals(2, questions.get());
    }

    @Test
    void aNewCurrentKeyIsUsedAfterFiveMinutesWithoutWaiting() {
        assertEquals("1", ring.current(WAIT).id);
        service.current = "2";
        assertEquals("1", ring.current(WAIT).id);
        advance(KeyRing.CURRENT_AGE);
        assertEquals("1", ring.current(Duration.ZERO).id);
        Await.until(() -> ring.current(Duration.ZERO).id.equals("2"));
        assertInstanceOf(Lookup.Found.class, ring.find("1", Duration.ZERO));
    }

    @Test
    void aFailureKeepsTheLastKeyAndIsLoggedOnceWithoutItsMessage() {
        assertEquals("1", ring.current(WAIT).id);
        service.failure = "a secret";
        try (LogCapture log = LogCapture.of(KeyRing.class)) {
            for (int asked = 2; asked <= 4; asked++) {
                int expected = asked;
                advance(KeyRing.CURRENT_AGE);
                Await.until(() -> ring.current(WAIT).id.equals("1") && questions.get() == expected);
            }
            Await.until(() -> !log.lines().isEmpty());
            assertEquals(1, log.lines().size());
            assertTrue(log.lines().get(0).contains("IllegalStateException"), log.lines()::toString);
            assertFalse(log.lines().get(0).contains("secret"), log.lines()::toString);
        }
    }

    @Test
    void withoutAnyKeyTheCallFailsAndTheNextOneAsksAgainAfterASecond() {
        service.failure = "a secret";
        OutboxException e = assertThrows(OutboxException.class, () -> ring.current(WAIT));
        assertFalse(String.valueOf(e.getMessage()).contains("secret"), e::getMessage);
        assertFalse(e.isMaybeStored());
        service.failure = "";
        assertThrows(OutboxException.class, () -> ring.current(WAIT));
        advance(Duration.ofSeconds(1));
        assertEquals("1", ring.current(WAIT).id);
    }

    @Test
    void aKeyServiceThatHangsHoldsUpTheCallerForItsWaitOnlyAndHasOneThread() {
        service.answers = new CountDownLatch(1);
        for (int i = 0; i < 3; i++) {
            advance(Duration.ofHours(1));
            assertThrows(OutboxException.class, () -> ring.current(Duration.ofMillis(1)));
            assertInstanceOf(Lookup.Unknown.class, ring.find("old", Duration.ZERO));
        }
        Await.until(() -> questions.get() == 2);
        service.answers.countDown();
        assertEquals("1", ring.current(WAIT).id);
        assertInstanceOf(Lookup.Found.class, ring.find("old", WAIT));
    }

    @Test
    void anUnknownIdIsMissingAndAskedForAgainLater() {
        assertInstanceOf(Lookup.Missing.class, ring.find("unknown", WAIT));
        assertInstanceOf(Lookup.Missing.class, ring.find("unknown", WAIT));
        assertEquals(1, questions.get());
        advance(Duration.ofSeconds(30));
        assertInstanceOf(Lookup.Missing.class, ring.find("unknown", WAIT));
        assertEquals(2, questions.get());
    }

    @Test
    void closingEndsAQuestionThatHangs() {
        service.answers = new CountDownLatch(1);
        KeyRequest request = ring.requestCurrent();
        ring.close();
        request.await(WAIT);
        assertEquals("java.lang.InterruptedException", request.failure());
        assertThrows(OutboxException.class, () -> ring.current(Duration.ZERO));
    }

    @Test
    void keysAreReadFromATextWithTheCurrentOneFirst() throws Exception {
        String secret = Base64.getEncoder().encodeToString(new byte[PayloadKeys.KEY_BYTES]);
        PayloadKeys keys = PayloadKeys.parse("\n2027:" + secret + ",\n 2026:" + secret + "\n");
        assertEquals("2027", keys.current().id());
        assertTrue(keys.find("2026").isPresent());
        assertTrue(keys.find("2025").isEmpty());
    }

    @Test
    void anInvalidKeyIsRefusedWithoutQuotingIt() {
        String secret = Base64.getEncoder().encodeToString("a canary that is too short".getBytes(UTF_8));
        String whole = Base64.getEncoder().encodeToString(new byte[PayloadKeys.KEY_BYTES]);
        for (String text : List.of(
                "",
                " ",
                secret,
                "a:" + secret,
                "a:" + secret + "!",
                "a b:" + whole,
                "ä:" + whole,
                ":" + whole,
                "a:" + whole + " a:" + whole)) {
            EpikException e = assertThrows(EpikException.class, () -> PayloadKeys.parse(text), text);
            assertFalse(String.valueOf(e.getMessage()).contains(secret), e::getMessage);
            assertFalse(String.valueOf(e.getMessage()).contains(whole), e::getMessage);
        }
        assertThrows(EpikException.class, () -> PayloadKeys.parse(null));
        assertEquals("Key[a]", key("a").toString());
    }
}
