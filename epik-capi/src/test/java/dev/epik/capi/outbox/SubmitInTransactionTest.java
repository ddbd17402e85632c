// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.EpikException;
import dev.epik.capi.Mode;
import dev.epik.capi.SubmitResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.ReceivedEvent;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that a client's event and the shop's order are stored in one transaction. */
@Timeout(120)
class SubmitInTransactionTest {
    private static final String ACCOUNT = "549755885176";
    private static final Visit VISIT =
            Visit.of(Visit.Consent.GRANTED, "the shop").withIp("192.0.2.7").withUserAgent("Mozilla/5.0");

    private static ConversionEvent order(String number) {
        return ConversionEvent.checkout(number).visit(VISIT).build();
    }

    private static EpikClient client(FakePinterest pinterest, Outbox outbox) {
        return EpikClient.builder(Mode.LIVE, AdAccount.of(ACCOUNT, "a-token"), outbox)
                .baseUrl(pinterest.uri())
                .linger(Duration.ZERO)
                .open();
    }

    @Test
    void committedEventIsSentAndRolledBackEventCanBeSubmittedAgain() throws Exception {
        Postgres.start();
        JdbcOutbox outbox = JdbcOutbox.builder(Databases.of(Postgres.url()))
                .createTables(true)
                .open();
        try (FakePinterest pinterest = FakePinterest.builder(ACCOUNT, "a-token").start();
                EpikClient epik = client(pinterest, outbox);
                Connection shop = Databases.of(Postgres.url()).getConnection()) {
            shop.setAutoCommit(false);
            assertInstanceOf(SubmitResult.Stored.class, epik.submit(shop, order("back")));
            shop.rollback();
            assertInstanceOf(SubmitResult.Stored.class, epik.submit(shop, order("back")));
            assertInstanceOf(SubmitResult.Duplicate.class, epik.submit(shop, order("back")));
            assertInstanceOf(
                    SubmitResult.Invalid.class,
                    epik.submit(
                            shop,
                            ConversionEvent.checkout("1")
                                    .visit(Visit.of(Visit.Consent.GRANTED, "the shop"))
                                    .build()));
            assertInstanceOf(SubmitResult.Failed.class, epik.account("nobody").submit(shop, order("1")));
            assertEquals(0, pinterest.requests(), "sent before it was committed");
            shop.commit();
            epik.submit(order("wakes the sender"));
            assertEquals(
                    List.of("back", "wakes the sender"),
                    pinterest.awaitEvents(2, Duration.ofSeconds(20)).stream()
                            .map(ReceivedEvent::id)
                            .sorted()
                            .toList());
        }
    }

    @Test
    void committedEventIsSentAfterAWake() throws Exception {
        Postgres.start();
        Databases.empty(Postgres.url());
        try (FakePinterest pinterest = FakePinterest.builder(ACCOUNT, "a-token").start();
                JdbcOutbox outbox = JdbcOutbox.of(Databases.of(Postgres.url()));
                EpikClient epik = client(pinterest, outbox);
                Connection shop = Databases.of(Postgres.url()).getConnection()) {
            epik.wake(); // finds nothing, like discovery at the start
            shop.setAutoCommit(false);
            assertInstanceOf(SubmitResult.Stored.class, epik.submit(shop, order("1")));
            shop.commit();
            epik.account("nobody").wake();
            epik.wake();
            assertEquals(
                    "1", pinterest.awaitEvents(1, Duration.ofSeconds(40)).get(0).id());
        }
        EpikClient.unavailable("not open yet").wake();
    }

    @Test
    void submitInATransactionFailsForAnotherOutbox() throws Exception {
        try (FakePinterest pinterest = FakePinterest.builder(ACCOUNT, "a-token").start();
                EpikClient epik = client(pinterest, MemoryOutbox.ofCapacity(1))) {
            Connection any = (Connection) Proxy.newProxyInstance(
                    Connection.class.getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (proxy, method, given) -> null);
            var wrong = assertThrows(EpikException.class, () -> epik.submit(any, order("1")));
            assertTrue(String.valueOf(wrong.getMessage()).contains("JdbcOutbox"));
        }
    }
}
