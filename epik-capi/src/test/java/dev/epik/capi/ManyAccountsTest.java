// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.MemoryOutbox;
import java.io.File;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads and descriptors do not grow with the number of ad accounts. */
@Timeout(120)
class ManyAccountsTest {
    /** The threads of the engine and of one HTTP client, and those that the JDK may start meanwhile. */
    private static final int MAX_MORE = 40;

    private static int threads() {
        return Thread.getAllStackTraces().size();
    }

    /** Returns the number of open descriptors; zero on systems that do not list them. */
    private static int descriptors() {
        String[] open = new File("/proc/self/fd").list();
        return open == null ? 0 : open.length;
    }

    private static ConversionEvent order(String number) {
        return ConversionEvent.checkout(number)
                .visit(Visit.of(Visit.Consent.GRANTED, "the shop")
                        .withIp("192.0.2.7")
                        .withUserAgent("Mozilla/5.0"))
                .build();
    }

    @Test
    void aThousandAdAccountsNeedNoMoreThanOne() {
        EpikClient.Builder builder = EpikClient.builder(
                        Mode.LIVE, AdAccount.of("1", "a-token"), MemoryOutbox.ofCapacity(10_000))
                .baseUrl(URI.create("http://127.0.0.1:1"))
                .linger(Duration.ZERO)
                .shutdownTimeout(Duration.ZERO);
        for (int i = 2; i <= 500; i++) {
            builder.addAccount("shop-" + i, AdAccount.of("" + i, "a-token"));
        }
        int threads = threads();
        int descriptors = descriptors();
        try (EpikClient epik = builder.open()) {
            for (int i = 501; i <= 1000; i++) {
                epik.addAccount("shop-" + i, AdAccount.of("" + i, "a-token"));
            }
            for (int i = 2; i <= 1000; i++) {
                assertInstanceOf(
                        SubmitResult.Stored.class, epik.account("shop-" + i).submit(order("1")));
            }
            int moreThreads = threads() - threads;
            int moreDescriptors = descriptors() - descriptors;
            System.out.printf(
                    "EPIK: 1,000 ad accounts with an event each: %d threads and %d descriptors more%n",
                    moreThreads, moreDescriptors);
            assertTrue(moreThreads <= MAX_MORE, () -> moreThreads + " threads more");
            // 64 requests in flight may have a connection each
            assertTrue(moreDescriptors <= MAX_MORE + 64, () -> moreDescriptors + " descriptors more");
        }
    }
}
