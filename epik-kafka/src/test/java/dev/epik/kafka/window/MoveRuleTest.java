// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MoveRuleTest {
    private static final long NOW = 1_800_000_000_000L;

    private static MoveRule.Situation situation(boolean isFull, boolean isOutage, int slowAccounts) {
        return new MoveRule.Situation(NOW, 5000, isFull, isOutage, slowAccounts);
    }

    private static List<Long> events(int count, long readyAt) {
        return LongStream.range(0, count).map(i -> readyAt).boxed().toList();
    }

    private static int moved(MoveRule.Situation situation, List<Long> events, long pausedUntil, boolean isSlow) {
        return MoveRule.choose(situation, events, readyAt -> readyAt, event -> false, pausedUntil, isSlow)
                .size();
    }

    @Test
    void eventsThatCanBeSentWithinAMinuteStay() {
        assertEquals(0, moved(situation(false, false, 0), events(10, NOW - 5), 0, false));
        assertEquals(0, moved(situation(false, false, 0), events(10, NOW + 60_000), 0, false));
        assertEquals(0, moved(situation(false, false, 0), events(10, NOW - 5), NOW + 60_000, true));
    }

    @Test
    void eventsOfALongPauseMove() {
        assertEquals(10, moved(situation(false, false, 0), events(10, NOW - 500_000), NOW + 60_001, false));
    }

    @Test
    void eventsThatArePostponedForLongMoveAndOthersOfTheAdAccountStay() {
        List<Long> events = List.of(NOW, NOW + 60_001, NOW + 5, NOW + 600_000);
        assertEquals(
                List.of(NOW + 60_001, NOW + 600_000),
                MoveRule.choose(situation(false, false, 0), events, readyAt -> readyAt, event -> false, 0, false));
    }

    @Test
    void howLongAnEventHasWaitedDoesNotMatter() {
        assertEquals(0, moved(situation(false, false, 0), events(10, NOW - 3_600_000), 0, true));
    }

    @Test
    void aFullWindowKeepsOneBatchOfASlowAdAccount() {
        assertEquals(2000, moved(situation(true, false, 1), events(3000, NOW), 0, true));
        assertEquals(0, moved(situation(false, false, 1), events(3000, NOW), 0, true), "not full");
        assertEquals(0, moved(situation(true, false, 0), events(3000, NOW), 0, false), "not slow");
    }

    @Test
    void slowAdAccountsTogetherKeepHalfOfTheWindow() {
        assertEquals(250, situation(true, false, 10).keptOfSlowAccount());
        assertEquals(0, situation(true, false, 3000).keptOfSlowAccount());
        assertEquals(50, moved(situation(true, false, 10), events(300, NOW), 0, true));
    }

    @Test
    void anOutageMovesNothingOfAWindowWithRoom() {
        assertEquals(0, situation(false, true, 0).maxMoves());
        assertEquals(Integer.MAX_VALUE, situation(true, false, 0).maxMoves());
    }

    @Test
    void anObstacleOfASlowAdAccountMovesFromAWindowWithRoom() {
        List<Long> events = List.of(NOW - 2, NOW - 1, NOW);
        MoveRule.Situation room = situation(false, false, 1);
        assertEquals(
                List.of(NOW - 2), MoveRule.choose(room, events, readyAt -> readyAt, time -> time < NOW - 1, 0, true));
        assertEquals(List.of(), MoveRule.choose(room, events, readyAt -> readyAt, time -> true, 0, false), "not slow");
        MoveRule.Situation outage = situation(false, true, 1);
        assertEquals(List.of(), MoveRule.choose(outage, events, readyAt -> readyAt, time -> true, 0, true));
    }

    @Test
    void anOutageMovesOfAFullWindowOnlyLongPausesAndATenthASecond() {
        MoveRule.Situation full = situation(true, true, 1);
        assertEquals(500, full.maxMoves());
        assertEquals(0, moved(full, events(3000, NOW), NOW + 60_000, true));
        assertEquals(3000, moved(full, events(3000, NOW), NOW + 60_001, true));
        assertEquals(1, new MoveRule.Situation(NOW, 4, true, true, 0).maxMoves());
    }

    @Test
    void anAdAccountIsSlowAfterFiveSecondsWithoutProgress() {
        assertTrue(MoveRule.isSlow(NOW, NOW - 5_000));
        assertFalse(MoveRule.isSlow(NOW, NOW - 4_999));
    }
}
