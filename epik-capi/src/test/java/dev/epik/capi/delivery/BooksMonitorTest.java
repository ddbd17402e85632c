// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AdAccount;
import dev.epik.capi.ForwardingOutbox;
import dev.epik.capi.Mode;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.spi.BooksDifference;
import dev.epik.capi.pinterest.PinterestApi;
import dev.epik.testing.LogCapture;
import dev.epik.testing.TickingClock;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BooksMonitorTest {
    private static final Instant HOUR = Instant.parse("2026-11-01T10:00:00Z");

    private static BooksDifference missing(String account, int hour, int events) {
        return new BooksDifference(account, HOUR.plus(Duration.ofHours(hour)), 10 + events, 4, 3, 2, 1);
    }

    @Test
    void balancedBooksAreNotLogged() {
        BooksMonitor monitor = new BooksMonitor();
        try (LogCapture log = LogCapture.of(BooksMonitor.class)) {
            monitor.report(List.of());
            assertEquals(List.of(), log.lines());
        }
        assertEquals(0, monitor.difference(ACCOUNT));
    }

    @Test
    void differenceIsLoggedAsAnErrorWithFiguresAndCure() {
        BooksMonitor monitor = new BooksMonitor();
        try (LogCapture log = LogCapture.of(BooksMonitor.class)) {
            monitor.report(List.of(missing(ACCOUNT, 0, 5), missing(ACCOUNT, 1, -2), missing("7", 0, 1)));
            assertEquals(1, log.lines().size());
            String line = log.lines().get(0);
            assertTrue(line.startsWith("SEVERE The books of the outbox do not balance"), line);
            assertTrue(
                    line.contains(
                            "ad account 549755885175, events stored in the hour from 2026-11-01T10:00:00Z: 15 stored,"
                                    + " 4 accepted, 3 rejected, 2 cancelled, 1 waiting, so 5 missing; "),
                    line);
            assertTrue(line.contains("so 2 too many"), line);
            assertTrue(line.contains("find out which"), line);
        }
        assertEquals(7, monitor.difference(ACCOUNT));
        assertEquals(1, monitor.difference("7"));
        monitor.report(List.of());
        assertEquals(0, monitor.difference(ACCOUNT));
    }

    @Test
    void manyDifferencesAreLoggedInOneShortLine() {
        List<BooksDifference> many = new ArrayList<>();
        for (int hour = 0; hour < 700; hour++) {
            many.add(missing(ACCOUNT, hour, 1));
        }
        try (LogCapture log = LogCapture.of(BooksMonitor.class)) {
            new BooksMonitor().report(many);
            String line = log.lines().get(0);
            assertTrue(line.contains("and 695 other hours") && line.length() < 2000, line);
        }
    }

    @Test
    void booksAreCheckedAndReportedOnceAnHour() throws Exception {
        TickingClock clock = new TickingClock(HOUR);
        AtomicInteger checks = new AtomicInteger();
        ForwardingOutbox outbox = new ForwardingOutbox(MemoryOutbox.ofCapacity(10, clock)) {
            @Override
            public List<BooksDifference> verify() {
                checks.incrementAndGet();
                return List.of(missing(ACCOUNT, 0, 1));
            }
        };
        try (LogCapture log = LogCapture.of(BooksMonitor.class);
                PinterestApi unreachable = new PinterestApi(URI.create("http://127.0.0.1:1"), Mode.LIVE, null)) {
            SteppedDelivery delivery = new SteppedDelivery(
                    outbox, AdAccount.of(ACCOUNT, "a-token"), unreachable, DeliveryOptions.of(Mode.LIVE, clock));
            delivery.runFor(Duration.ofHours(3).minusMinutes(1), clock::tick);
            assertEquals(3, checks.get());
            assertEquals(3, log.lines().size());
        }
    }
}
