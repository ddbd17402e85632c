// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.Outcome;
import dev.epik.capi.pinterest.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that poison events and randomly refused requests make no other event a dead letter. */
class PoisonAndRefusalsTest {
    private static final Duration THREE_DAYS = Duration.ofDays(3);
    private static final int MAX_LATE = 2;
    private static final int SEEDS = 20;
    private static final int SALES = 720;

    private static Optional<Reply> refusal(String how) {
        return switch (how) {
            case "400" -> Optional.of(new Reply.Undecided("Pinterest answered 400.", false));
            case "403" -> Optional.of(Reply.Pause.refused(403, "Pinterest answered 403."));
            case "500" -> Optional.of(Reply.Pause.serverError(500, "Pinterest answered 500."));
            case "short answer" -> Optional.of(Reply.Pause.unusableAnswer(200, "The 200 answer is short."));
            default -> Optional.empty(); // no answer
        };
    }

    static Stream<Arguments> poisons() {
        return Stream.of("400", "403", "500", "no answer", "short answer")
                .flatMap(how -> Stream.of(2, 30, 600).map(minutes -> Arguments.of(how, minutes)));
    }

    @ParameterizedTest
    @MethodSource("poisons")
    void poisonMakesAtMostTwoOtherEventsLate(String how, int minutes) {
        VirtualDelivery delivery = new VirtualDelivery();
        delivery.pinterest = ids -> ids.contains("poison") ? refusal(how) : Optional.of(VirtualDelivery.taken(ids));
        Map<String, Instant> sold = new HashMap<>();
        long sales = THREE_DAYS.toMinutes() / minutes;
        delivery.store("poison", false);
        for (int i = 0; i < sales; i++) {
            delivery.store("" + i, false);
            sold.put("" + i, delivery.clock.instant());
            delivery.runFor(Duration.ofMinutes(minutes));
        }
        delivery.runFor(Duration.ofHours(2));
        assertEquals(sales, delivery.accepted.size(), "of the others none is left waiting");
        long late = sold.entrySet().stream()
                .filter(sale -> Objects.requireNonNull(delivery.acceptedAt.get(sale.getKey()))
                        .isAfter(sale.getValue().plus(Duration.ofHours(1))))
                .count();
        assertTrue(late <= MAX_LATE, () -> late + " of " + sales + " are late");
        assertTrue(delivery.deadLetters().stream()
                .allMatch(letter -> letter.event().id().equals("poison")));
    }

    /** With the poison at the end, every first half is taken, so no smaller half with the poison is sent. */
    @Test
    void halfThatMustHoldThePoisonIsNotSentAsAWhole() {
        VirtualDelivery delivery = new VirtualDelivery();
        List<Integer> refused = new ArrayList<>();
        delivery.pinterest = ids -> {
            if (!ids.contains("poison")) {
                return Optional.of(VirtualDelivery.taken(ids));
            }
            refused.add(ids.size());
            return refusal("400");
        };
        for (int i = 1; i < 1000; i++) {
            delivery.store("" + i, false);
        }
        delivery.store("poison", false);
        delivery.runFor(Duration.ofMinutes(1));
        List<Integer> halves =
                refused.stream().filter(size -> size > 1 && size < 500).toList();
        assertEquals(List.of(), halves, () -> "sizes of refused requests: " + refused);
        assertEquals(999, delivery.accepted.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 20, 50, 80})
    void randomRefusalsForAnHourRejectNoEvent(int percent) {
        for (int seed = 0; seed < SEEDS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            VirtualDelivery delivery = new VirtualDelivery();
            delivery.pinterest =
                    ids -> random.nextInt(100) < percent ? refusal("400") : Optional.of(VirtualDelivery.taken(ids));
            for (int i = 0; i < SALES; i++) {
                delivery.store("" + i, false);
                delivery.runFor(Duration.ofSeconds(5));
            }
            delivery.pinterest = ids -> Optional.of(VirtualDelivery.taken(ids));
            delivery.runFor(Duration.ofDays(2));
            assertEquals(List.of(), delivery.deadLetters(), "seed " + seed);
            assertEquals(SALES, delivery.accepted.size(), "seed " + seed);
        }
    }

    @Test
    void outageThatNamesEveryEventRejectsNoEvent() {
        VirtualDelivery delivery = new VirtualDelivery();
        delivery.pinterest = ids -> Optional.of(
                new Reply.Settled(Collections.nCopies(ids.size(), new Outcome.Rejected("Internal server error"))));
        for (int i = 0; i < 5000; i++) {
            delivery.store("" + i, false);
        }
        delivery.runFor(Duration.ofHours(1));
        assertEquals(List.of(), delivery.deadLetters());
        delivery.pinterest = ids -> Optional.of(VirtualDelivery.taken(ids));
        delivery.runFor(Duration.ofDays(1));
        assertEquals(5000, delivery.accepted.size());
    }
}
