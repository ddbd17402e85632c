// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Customer;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.testing.Await;
import dev.epik.testing.LogCapture;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.FakeResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ErasureTest {
    private static final String EMAIL = "canary.person@example.com";
    private static final String PHONE = "+1 555 010 9999";
    private static final String CLICK = "dj0yJnU9canary";

    private final Outbox outbox = MemoryOutbox.ofCapacity(100);

    private static ConversionEvent sale(String id, UnaryOperator<Customer.Builder> customer, String clickId) {
        return ConversionEvent.checkout(id)
                .customer(customer.apply(Customer.builder()))
                .visit(Visit.of(Visit.Consent.GRANTED, "a test")
                        .withClickId(clickId)
                        .withIp("192.0.2.7")
                        .withUserAgent("Mozilla/5.0"))
                .build();
    }

    private void add(ConversionEvent event) {
        assertEquals(
                EventStore.Added.STORED,
                outbox.add(StoredEvent.of(ACCOUNT, event)).join());
    }

    private void addPeople() {
        add(sale("by-email", customer -> customer.email(" Canary.Person@Example.com "), "other1"));
        add(sale("by-phone", customer -> customer.email("b@example.com").phone("+15550109999"), "other2"));
        add(sale("by-id", customer -> customer.externalId("customer-7"), "other3"));
        add(sale("by-click", customer -> customer.email("c@example.com"), CLICK));
        add(sale("by-number", customer -> customer.email("d@example.com"), "other4"));
        add(sale("stranger", customer -> customer.email("e@example.com"), CLICK + "x"));
    }

    private Batch claim() {
        return outbox.claim(ACCOUNT, ClaimKind.ONLINE, 99, 1 << 20, Duration.ofMinutes(3))
                .orElseThrow();
    }

    private void settle(Batch batch, Outcome outcome) {
        outbox.settle(
                batch,
                batch.claimed().stream()
                        .map(claimed -> new Settlement(claimed, outcome, Duration.ZERO, claimed.history()))
                        .toList());
    }

    private static ErasureRequest person() {
        return ErasureRequest.builder()
                .email(EMAIL)
                .phone(PHONE)
                .externalId(" customer-7 ")
                .clickId(CLICK)
                .eventId("by-number")
                .build();
    }

    @Test
    void everyIdentifierFindsItsWaitingEventsAndNoOther() {
        addPeople();
        assertEquals(new ErasureRequest.Result(5, 0, 0, 0, 0), person().eraseFrom(outbox, List.of(ACCOUNT)));
        assertEquals(
                List.of("stranger"),
                claim().events().stream().map(StoredEvent::id).toList());
        assertEquals(List.of(), outbox.verify());
    }

    @Test
    void deadLettersAreRemovedToo() {
        addPeople();
        settle(claim(), new Outcome.Rejected("no"));
        assertEquals(new ErasureRequest.Result(0, 5, 0, 0, 0), person().eraseFrom(outbox, List.of(ACCOUNT)));
        assertEquals(1, outbox.deadLetters(ACCOUNT, 9).size());
    }

    @Test
    void aDeliveredIdIsForgottenIfItIsNamed() {
        addPeople();
        settle(claim(), new Outcome.Accepted(""));
        assertEquals(new ErasureRequest.Result(0, 0, 1, 0, 0), person().eraseFrom(outbox, List.of(ACCOUNT)));
        assertEquals(new ErasureRequest.Result(0, 0, 0, 0, 0), person().eraseFrom(outbox, List.of(ACCOUNT)));
    }

    @Test
    void eventsThatAreBeingSentAreReportedAfterTheWait() {
        addPeople();
        claim();
        AtomicLong nanos = new AtomicLong();
        ErasureRequest.Result result = new Erasure(outbox, () -> nanos.addAndGet(Erasure.MAX_WAIT.toNanos() / 3))
                .erase(person()::matches, person().eventIds(), List.of(ACCOUNT));
        assertEquals(new ErasureRequest.Result(0, 0, 0, 5, 0), result);
    }

    @Test
    void eventsThatAreAcceptedDuringTheErasureAreForgottenAndPostponedOnesAreRemoved() {
        addPeople();
        Batch batch = claim();
        int[] cancels = {0};
        Outbox settling = new ForwardingOutbox(outbox) {
            @Override
            public AccountClient.CancelResult cancel(StoredEvent.Key key) {
                if (++cancels[0] == 6) {
                    ErasureTest.this.settle(
                            new Batch(batch.lease(), batch.claimed().subList(0, 2)), new Outcome.Accepted(""));
                    ErasureTest.this.settle(
                            new Batch(batch.lease(), batch.claimed().subList(2, 6)), new Outcome.Postponed("down"));
                }
                return outbox.cancel(key);
            }
        };
        assertEquals(new ErasureRequest.Result(3, 0, 2, 0, 0), person().eraseFrom(settling, List.of(ACCOUNT)));
    }

    @Test
    void anInvalidIdentifierIsRefusedWithoutQuotingIt() {
        ErasureRequest.Builder builder = ErasureRequest.builder();
        for (EpikException e : List.of(
                assertThrows(EpikException.class, () -> builder.email("secret at example")),
                assertThrows(EpikException.class, () -> builder.phone("secret")),
                assertThrows(EpikException.class, () -> builder.externalId(" ")),
                assertThrows(EpikException.class, () -> builder.clickId(" ")),
                assertThrows(EpikException.class, () -> builder.eventId("")))) {
            assertFalse(String.valueOf(e.getMessage()).contains("secret"));
        }
        assertThrows(EpikException.class, builder::build);
        assertEquals("ErasureRequest", person().toString());
    }

    @Test
    void theClientErasesAndLeavesNoRawAddressInFileOrLog(@TempDir Path directory) throws Exception {
        try (LogCapture log = LogCapture.of(EpikClient.class);
                FakePinterest pinterest =
                        FakePinterest.builder(ACCOUNT, "a-token").start()) {
            pinterest.alwaysRespondWith(FakeResponse.unavailable());
            try (EpikClient epik = EpikClient.builder(
                            Mode.LIVE,
                            AdAccount.of(ACCOUNT, "a-token"),
                            SqliteOutbox.open(directory.resolve("epik.db")))
                    .baseUrl(pinterest.uri())
                    .shutdownTimeout(Duration.ZERO)
                    .open()) {
                epik.submit(sale("1", customer -> customer.email(EMAIL).phone(PHONE), "first"));
                epik.submit(sale("2", customer -> customer.email("b@example.com"), "second"));
                Await.until(() -> !epik.stats().pauseReason().isEmpty());
                ErasureRequest.Result result = epik.erase(
                        ErasureRequest.builder().email(EMAIL).phone(PHONE).build());
                assertEquals(new ErasureRequest.Result(1, 0, 0, 0, 0), result);
                assertEquals(1, epik.stats().waiting());
            }
            assertFalse(log.lines().toString().contains("canary"));
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
                    assertFalse(bytes.contains("canary") || bytes.contains("5550109999"), file::toString);
                }
            }
        }
    }

    @Test
    void aClosedClientErasesNothingAndThrows() {
        assertThrows(
                EpikException.class,
                () -> EpikClient.unavailable("not open yet").erase(person()));
        EpikClient.unavailable("not open yet").revoke(CLICK);
        assertTrue(outbox.find(event -> true).isEmpty());
    }
}
