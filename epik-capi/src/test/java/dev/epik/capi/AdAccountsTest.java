// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.testing.Await;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AdAccountsTest {
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();
    private final Map<String, AdAccount> platform = new ConcurrentHashMap<>();
    private final AdAccounts accounts = new AdAccounts(this::lookUp, nanos::get);

    private Optional<AdAccount> lookUp(String id) {
        asked.incrementAndGet();
        return Optional.ofNullable(platform.get(id));
    }

    private static AdAccount account(String id) {
        return AdAccount.of(id, "a-token");
    }

    @Test
    void aNameTakesPrecedenceOverAnId() {
        accounts.add("2", account("1"));
        platform.put("2", account("2"));
        assertEquals(Optional.of("1"), accounts.idOf("2"));
        assertEquals(Optional.of(account("1").id()), accounts.find("2").map(AdAccount::id));
        assertEquals(Optional.of("2"), accounts.byId("2").map(AdAccount::id));
    }

    @Test
    void aNamedAdAccountIsFoundByItsIdWithoutTheSource() {
        accounts.add("at", account("7"));
        assertEquals(Optional.of("7"), accounts.idOf("7"));
        assertTrue(accounts.byId("7").isPresent());
        assertEquals(Optional.of("at"), accounts.nameOf("7"));
        assertEquals(0, asked.get());
    }

    @Test
    void submitsToAKnownIdQueryTheSourceOnce() {
        platform.put("5", account("5"));
        assertEquals(Optional.of("5"), accounts.idOf("5"));
        assertEquals(Optional.of("5"), accounts.idOf("5"));
        assertEquals(1, asked.get());
        assertEquals(Set.of("5"), accounts.ids());
    }

    @Test
    void anUnknownIdIsLookedUpAgainAfterTenMinutes() {
        assertEquals(Optional.empty(), accounts.idOf("5"));
        nanos.addAndGet(AdAccounts.UNKNOWN_REMEMBERED.toNanos() - 1);
        platform.put("5", account("5"));
        assertEquals(Optional.empty(), accounts.idOf("5"));
        assertEquals(Optional.empty(), accounts.byId("5"));
        assertEquals(1, asked.get());
        nanos.addAndGet(2);
        assertEquals(Optional.of("5"), accounts.idOf("5"));
    }

    @Test
    void anIdThatIsAddedByNameIsNoLongerUnknown() {
        assertEquals(Optional.empty(), accounts.idOf("5"));
        accounts.add("five", account("5"));
        assertEquals(Optional.of("5"), accounts.idOf("5"));
        assertEquals(Optional.of("5"), accounts.idOf("five"));
    }

    @Test
    void anIdThatThePlatformRemovedIsUnknownAgain() {
        platform.put("5", account("5"));
        assertEquals(Optional.of("5"), accounts.idOf("5"));
        platform.clear();
        assertEquals(Optional.empty(), accounts.byId("5"));
        assertEquals(Optional.empty(), accounts.idOf("5"));
    }

    @Test
    void anInvalidIdDoesNotReachTheSource() {
        for (String text : List.of("", "at", "12x", "1234567890123456789", "١٢", "1\n")) {
            assertEquals(Optional.empty(), accounts.idOf(text));
        }
        assertEquals(0, asked.get());
    }

    @Test
    void aFailureOfTheSourceIsNotRemembered() {
        AdAccounts failing = new AdAccounts(id -> {
            if (asked.incrementAndGet() == 1) {
                throw new IllegalStateException("the platform's database is away");
            }
            return Optional.of(account(id));
        });
        assertThrows(IllegalStateException.class, () -> failing.idOf("5"));
        assertEquals(Optional.of("5"), failing.idOf("5"));
    }

    @Test
    void anAdAccountWithAnotherIdIsRejected() {
        AdAccounts wrong = new AdAccounts(id -> Optional.of(account("6")));
        String message =
                assertThrows(EpikException.class, () -> wrong.byId("5")).getMessage();
        assertTrue(message.contains("returned the ad account 6 for the id 5"), message);
    }

    @Test
    void onlyOneOfManyThreadsAddsAName() throws Exception {
        AtomicInteger added = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            String id = "" + (i + 1);
            Thread thread = new Thread(() -> {
                try {
                    accounts.add("at", account(id));
                    added.incrementAndGet();
                } catch (EpikException ignored) {
                    // expected for all but one
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(1, added.get());
        assertEquals(1, accounts.ids().size());
    }

    @Test
    void theMessageListsAtMostTwentyNames() {
        for (int i = 1; i <= 1000; i++) {
            accounts.add("shop-" + i, account("" + i));
        }
        String reason = accounts.unknownAccount();
        assertTrue(reason.contains("[shop-1, shop-2, ") && reason.length() < 600, reason);
        assertTrue(reason.contains("10 minutes"), reason);
    }

    private static ConversionEvent order(String number) {
        return ConversionEvent.checkout(number)
                .visit(Visit.of(Visit.Consent.GRANTED, "the shop")
                        .withIp("192.0.2.7")
                        .withUserAgent("Mozilla/5.0"))
                .build();
    }

    private static EpikClient.Builder client(Outbox outbox) {
        return EpikClient.builder(Mode.LIVE, account("1"), outbox)
                .baseUrl(URI.create("http://127.0.0.1:1"))
                .linger(Duration.ofHours(1))
                .shutdownTimeout(Duration.ZERO);
    }

    @Test
    void aClientAcceptsIdsThatItsSourceKnows() {
        platform.put("5", account("5"));
        MemoryOutbox outbox = MemoryOutbox.ofCapacity(9);
        try (EpikClient epik = client(outbox).accounts(this::lookUp).open()) {
            assertInstanceOf(SubmitResult.Stored.class, epik.account("5").submit(order("1")));
            assertInstanceOf(SubmitResult.Duplicate.class, epik.account("5").submit(order("1")));
            assertInstanceOf(
                    SubmitResult.Stored.class,
                    epik.account("5").submitAll(List.of(order("2"))).get(0));
            SubmitResult unknown = epik.account("6").submit(order("3"));
            String cause = assertInstanceOf(SubmitResult.Failed.class, unknown).cause();
            assertTrue(cause.contains("add it with account(") && cause.contains("AdAccount.Source"), cause);
            assertEquals(2, outbox.backlog("5").waiting());
            assertEquals(2, epik.account("5").stats().waiting());
            assertEquals(2, epik.totalStats().waiting(), "the total includes ad accounts that were looked up");
            assertEquals(0, epik.stats().waiting());
            assertEquals(CancelResult.CANCELLED, epik.account("5").cancel("checkout", "2"));
            assertThrows(EpikException.class, () -> epik.account("6").stats());
        }
    }

    @Test
    void totalStatsCountAdAccountsThatWereNotLookedUpYet() {
        MemoryOutbox outbox = MemoryOutbox.ofCapacity(9);
        assertEquals(
                EventStore.Added.STORED,
                outbox.add(StoredEvent.of("8", order("1"))).join());
        try (EpikClient epik = client(outbox).accounts(this::lookUp).open()) {
            assertEquals(1, epik.totalStats().waiting());
        }
    }

    @Test
    void deliveryTellsTheOutboxWhichAdAccountItDoesNotKnow() {
        List<String> unknown = new CopyOnWriteArrayList<>();
        ForwardingOutbox outbox = new ForwardingOutbox(MemoryOutbox.ofCapacity(9)) {
            @Override
            public void noteUnknown(String adAccount) {
                unknown.add(adAccount);
            }
        };
        assertEquals(
                EventStore.Added.STORED,
                outbox.add(StoredEvent.of("8", order("1"))).join());
        try (EpikClient epik =
                client(outbox).linger(Duration.ZERO).accounts(this::lookUp).open()) {
            Await.until(() -> unknown.contains("8"));
            assertEquals(1, epik.totalStats().waiting(), "the event waits");
        }
    }

    @Test
    void submitFailsIfTheSourceFails() {
        try (EpikClient epik = client(MemoryOutbox.ofCapacity(9))
                .accounts(id -> {
                    throw new NoClassDefFoundError("canary");
                })
                .open()) {
            assertEquals(
                    new SubmitResult.Failed("The ad account could not be looked up: java.lang.NoClassDefFoundError"),
                    epik.account("5").submit(order("1")));
        }
    }

    @Test
    void anAdAccountIsAddedWhileTheClientIsOpen() {
        EpikClient epik = client(MemoryOutbox.ofCapacity(9)).open();
        assertInstanceOf(SubmitResult.Failed.class, epik.account("at").submit(order("1")));
        epik.addAccount("at", account("2"));
        assertInstanceOf(SubmitResult.Stored.class, epik.account("at").submit(order("1")));
        assertThrows(EpikException.class, () -> epik.addAccount("at", account("3")));
        assertThrows(EpikException.class, () -> epik.addAccount("de", account("2")));
        assertEquals(1, epik.totalStats().waiting());
        epik.close();
        assertThrows(EpikException.class, () -> epik.addAccount("de", account("4")));
        assertThrows(EpikException.class, () -> EpikClient.unavailable("why").addAccount("de", account("4")));
    }

    @Test
    void aBuilderCanBeUsedAgain() {
        EpikClient.Builder builder = client(MemoryOutbox.ofCapacity(9));
        try (EpikClient one = builder.open();
                EpikClient other = builder.open()) {
            one.addAccount("at", account("2"));
            assertInstanceOf(SubmitResult.Stored.class, one.account("at").submit(order("1")));
            assertFalse(other.account("at").submit(order("1")) instanceof SubmitResult.Stored);
        }
    }
}
