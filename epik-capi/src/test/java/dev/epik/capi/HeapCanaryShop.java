// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static dev.epik.testing.TestIds.ACCOUNT;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Customer;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.testkit.FakePinterest;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The child process of {@link HeapCanaryTest}. It submits sales with canaries, waits until they are accepted, and dumps
 * the heap.
 */
final class HeapCanaryShop {
    private static final List<Object> KEPT = new ArrayList<>();

    private HeapCanaryShop() {}

    /** Arguments: the file of the dump, and {@code leak} for a shop that keeps a value on purpose. */
    public static void main(String[] args) throws Exception {
        CountDownLatch accepted = new CountDownLatch(1);
        try (FakePinterest pinterest = FakePinterest.builder(ACCOUNT, "a-token").start();
                EpikClient epik = EpikClient.builder(
                                Mode.LIVE, AdAccount.of(ACCOUNT, "a-token"), MemoryOutbox.ofCapacity(9))
                        .baseUrl(pinterest.uri())
                        .linger(Duration.ZERO)
                        .listener((event, outcome) -> {
                            if (outcome instanceof Outcome.Accepted) {
                                accepted.countDown();
                            }
                        })
                        .open()) {
            KEPT.add(HeapCanary.CONTROL.raw());
            sell(epik);
            if (args[1].equals("leak")) {
                leak();
            }
            if (!accepted.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("Pinterest never took the sale: " + epik.stats());
            }
            System.gc();
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(args[0], true);
        }
    }

    /**
     * Submits valid and invalid values. It is a method of its own, so that its local variables are gone when it
     * returns.
     */
    private static void sell(EpikClient epik) {
        SubmitResult answer = epik.submit(() -> ConversionEvent.checkout("1001")
                .value(new BigDecimal("72.39"), "EUR")
                .visit(Visit.of(Visit.Consent.GRANTED, "the shop"))
                .customer(Customer.builder()
                        .email(HeapCanary.EMAIL.raw())
                        .email(HeapCanary.EMAIL.raw() + " ")
                        .email(HeapCanary.EMAIL.raw() + "@")
                        .phone(HeapCanary.PHONE.raw())
                        .phone(HeapCanary.PHONE.raw() + " x")
                        .firstName(HeapCanary.FIRST_NAME.raw())
                        .lastName(HeapCanary.LAST_NAME.raw())
                        .city(HeapCanary.CITY.raw())
                        .state(HeapCanary.CITY.raw())
                        .zip(HeapCanary.ZIP.raw())
                        .externalId(HeapCanary.EXTERNAL_ID.raw())
                        .maid(HeapCanary.MAID.raw())
                        .birthDate(HeapCanary.BIRTH_DATE.raw())
                        .birthDate(HeapCanary.BIRTH_DATE.raw() + "T")));
        if (!(answer instanceof SubmitResult.Stored stored)) {
            throw new IllegalStateException("Not stored: " + answer);
        }
        KEPT.add(stored);
    }

    /** Returns the value in each form that a heap can have. */
    private static void leak() {
        KEPT.add(HeapCanary.EMAIL.raw());
        KEPT.add(HeapCanary.FIRST_NAME.normal());
        KEPT.add(HeapCanary.PHONE.normal().toCharArray());
        KEPT.add(HeapCanary.LAST_NAME.normal().getBytes(StandardCharsets.UTF_8));
    }
}
