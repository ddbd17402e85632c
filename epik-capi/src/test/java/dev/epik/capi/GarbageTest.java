// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.event.ActionSource;
import dev.epik.capi.event.AppInfo;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Customer;
import dev.epik.capi.event.DeviceInfo;
import dev.epik.capi.event.Item;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.testing.PublishedSchema;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.ReceivedEvent;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Puts seeded garbage into every field. Nothing is thrown, and everything that is sent conforms to the published
 * schema.
 */
class GarbageTest {
    private static final int ROUNDS = 5_000;

    private final Random random = new Random(20261123);

    @Test
    void anyTextInAnyFieldKeepsTheSchemaAndThrowsNothing() throws Exception {
        int stored = 0;
        try (FakePinterest pinterest = FakePinterest.builder(ACCOUNT, "a-token").start();
                EpikClient epik = EpikClient.builder(
                                Mode.LIVE, AdAccount.of(ACCOUNT, "a-token"), MemoryOutbox.ofCapacity(ROUNDS))
                        .baseUrl(pinterest.uri())
                        .linger(Duration.ZERO)
                        .open()) {
            Set<String> ids = new HashSet<>(); // a random text can come twice
            for (int round = 0; round < ROUNDS; round++) {
                ConversionEvent event = event(round);
                if (!ids.add(event.id())) {
                    continue;
                }
                assertFalse(event.toString().isEmpty());
                SubmitResult answer = epik.submit(event);
                if (answer instanceof SubmitResult.Stored) {
                    stored++;
                    PublishedSchema.check("{\"data\":[" + event.json() + "]}");
                    assertTrue(event.browserTag().startsWith("[\"track\","), event.browserTag());
                } else {
                    assertEquals(new SubmitResult.Invalid(event.problems()), answer);
                }
            }
            List<ReceivedEvent> received = pinterest.awaitEvents(stored, Duration.ofMinutes(1));
            assertEquals(
                    List.of(),
                    received.stream().filter(event -> !event.processed()).toList(),
                    "what is not refused here is not refused there");
        }
        assertTrue(stored > ROUNDS / 10 && stored < ROUNDS - ROUNDS / 10, stored + " of " + ROUNDS);
    }

    private Instant anyInstant() {
        long second = random.nextLong() >> random.nextInt(40) >> 8;
        return Instant.ofEpochSecond(
                Math.max(Instant.MIN.getEpochSecond(), Math.min(Instant.MAX.getEpochSecond(), second)));
    }

    private ConversionEvent event(int round) {
        String id = rarely() ? garbage() : "id-" + round;
        ConversionEvent.Builder draft = rarely() ? ConversionEvent.named(garbage(), id) : ConversionEvent.checkout(id);
        draft.visit(visit()).customer(customer()).app(app()).device(device());
        draft.value(amount(), rarely() ? garbage() : "EUR").predictedLtv(rarely() ? amount() : null);
        for (int i = random.nextInt(3); i > 0; i--) {
            draft.item(new Item(
                    rarely() ? garbage() : "sku",
                    random.nextInt(50) - 1,
                    amount(),
                    garbage(),
                    garbage(),
                    garbage(),
                    garbage()));
        }
        draft.contentId(garbage())
                .contentName(garbage())
                .contentCategory(garbage())
                .contentBrand(garbage());
        draft.searchString(garbage()).orderId(garbage()).language(garbage()).partnerName(garbage());
        draft.externalMeasurement(garbage(), random.nextLong()).idPrefix(rarely() ? garbage() : "shop-");
        draft.numItems(rarely() ? random.nextLong() : null);
        draft.actionSource(rarely() ? any(ActionSource.values()) : null);
        draft.optOut(random.nextBoolean()).limitedDataProcessing(random.nextBoolean());
        draft.time(rarely() ? anyInstant() : null);
        return draft.build();
    }

    private Visit visit() {
        Visit visit = Visit.of(Visit.Consent.GRANTED, "the shop")
                .withClickId(garbage())
                .withIp(rarely() ? garbage() : "192.0.2.7")
                .withUserAgent(rarely() ? garbage() : "Mozilla/5.0 " + garbage())
                .withPageUrl("https://" + garbage());
        return visit.withConsent(Visit.Consent.GRANTED, garbage());
    }

    private Customer customer() {
        return Customer.builder()
                .email(garbage() + "@" + garbage())
                .phone(garbage())
                .firstName(garbage())
                .lastName(garbage())
                .gender(garbage())
                .birthDate(garbage())
                .city(garbage())
                .state(garbage())
                .zip(garbage())
                .country(garbage())
                .externalId(garbage())
                .maid(garbage())
                .emailSha256(garbage())
                .maidSha256(garbage())
                .partnerId(garbage())
                .build();
    }

    private AppInfo app() {
        return AppInfo.unknown()
                .withId(garbage().repeat(random.nextInt(30)))
                .withUserAgent(garbage())
                .withInstallTime(Instant.ofEpochSecond(random.nextInt()))
                .withWindow(random.nextInt(), random.nextInt());
    }

    private DeviceInfo device() {
        return DeviceInfo.unknown()
                .withBrand(garbage().repeat(random.nextInt(30)))
                .withLocale(garbage())
                .withTimezoneAbbreviation(garbage())
                .withLanguages(List.of(garbage()))
                .withNetworkType(any(DeviceInfo.NetworkType.values()))
                .withBatteryLevel(random.nextInt(300))
                .withStorage(random.nextInt(), random.nextInt());
    }

    private BigDecimal amount() {
        return rarely()
                ? BigDecimal.valueOf(random.nextLong(), random.nextInt(4000) - 2000)
                : BigDecimal.valueOf(random.nextInt(1_000_000), 2);
    }

    private boolean rarely() {
        return random.nextInt(16) == 0;
    }

    private <T> T any(T[] all) {
        return all[random.nextInt(all.length)];
    }

    private String garbage() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append((char) (random.nextInt(4) == 0 ? random.nextInt(0x10000) : random.nextInt(0x80)));
        }
        return text.toString();
    }
}
