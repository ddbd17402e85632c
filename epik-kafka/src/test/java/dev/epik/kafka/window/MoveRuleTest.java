// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class MoveRuleTest {
    private static final long NOW = 1_800_000_000_000L;
    private static final int MAX_SPAN = 19_500;

    private record Event(long readyAt, long readAt, boolean isSuspect, boolean isObstacle, int span)
            implements MoveRule.Waiting {
        static Event at(long readyAt) {
            return new Event(readyAt, NOW, false, false, 0);
        }

        Event readAt(long time) {
            return new Event(readyAt, time, isSuspect, isObstacle, span);
        }

        Event suspect() {
            return new Event(readyAt, readAt, true, isObstacle, span);
        }

        Event obstacle(int span) {
            return new Event(readyAt, readAt, isSuspect, true, span);
        }
    }

    private static MoveRule.Situation situation(boolean isFull, boolean isOutage, int slowAccounts) {
        return new MoveRule.Situation(NOW, 5000, MAX_SPAN, isFull, isOutage, slowAccounts);
    }

    private static List<Event> events(int count, long readyAt) {
        return Collections.nCopies(count, Event.at(readyAt));
    }

    private static int moved(MoveRule.Situation situation, List<Event> events, long pausedUntil, boolean isSlow) {
        return MoveRule.choose(situation, events, pausedUntil, isSlow).size();
    }

    private static boolean moves(MoveRule.Situation situation, Event event, boolean isSlow) {
        return moved(situation, List.of(event), 0, isSlow) == 1;
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
        Event near = Event.at(NOW + 60_001);
        Event far = Event.at(NOW + 600_000);
        assertEquals(
                List.of(near, far),
                MoveRule.choose(
                        situation(false, false, 0), List.of(Event.at(NOW), near, Event.at(NOW + 5), far), 0, false));
    }

    @Test
    void howLongAnEventHasWaitedDoesNotMatter() {
        assertEquals(0, moved(situation(false, false, 0), events(10, NOW - 3_600_000), 0, true));
        assertFalse(moves(situation(false, false, 0), Event.at(NOW).readAt(0), true));
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
        Event obstacle = Event.at(NOW - 2).obstacle(12_000);
        assertTrue(moves(situation(false, false, 1), obstacle, true));
        assertFalse(moves(situation(false, false, 1), Event.at(NOW - 2), true), "no obstacle");
        assertFalse(moves(situation(false, false, 1), obstacle, false), "not slow");
        assertFalse(moves(situation(false, true, 1), obstacle, true), "an outage");
    }

    @Test
    void aSuspectThatIsAnObstacleMovesAlsoIfItsAdAccountIsNotSlow() {
        Event obstacle = Event.at(NOW - 2).suspect().obstacle(12_000);
        assertTrue(moves(situation(true, false, 0), obstacle, false));
        assertFalse(moves(situation(true, false, 0), Event.at(NOW - 2).suspect(), false), "no obstacle");
        assertFalse(moves(situation(true, true, 0), obstacle, false), "an outage");
    }

    @Test
    void anOldObstacleOfAStoppedPartitionMovesIfTheWindowHasRoom() {
        Event obstacle = Event.at(NOW - 2).readAt(NOW - 60_001).obstacle(MAX_SPAN + 1);
        assertTrue(moves(situation(false, false, 0), obstacle, false));
        assertFalse(moves(situation(false, false, 0), obstacle.readAt(NOW - 60_000), false), "not old");
        assertFalse(moves(situation(false, false, 0), obstacle.obstacle(MAX_SPAN), false), "not stopped");
        assertFalse(moves(situation(true, false, 0), obstacle, false), "reading would be stopped all the same");
        assertFalse(moves(situation(false, true, 0), obstacle, false), "an outage");
    }

    @Test
    void anOutageMovesOfAFullWindowOnlyLongPausesAndATenthASecond() {
        MoveRule.Situation full = situation(true, true, 1);
        assertEquals(500, full.maxMoves());
        assertEquals(0, moved(full, events(3000, NOW), NOW + 60_000, true));
        assertEquals(3000, moved(full, events(3000, NOW), NOW + 60_001, true));
        assertEquals(1, new MoveRule.Situation(NOW, 4, MAX_SPAN, true, true, 0).maxMoves());
    }

    @Test
    void anAdAccountIsSlowAfterFiveSecondsWithoutProgress() {
        assertTrue(MoveRule.isSlow(NOW, NOW - 5_000));
        assertFalse(MoveRule.isSlow(NOW, NOW - 4_999));
    }
}
