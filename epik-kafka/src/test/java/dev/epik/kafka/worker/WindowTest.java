// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.worker;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.DeliveryHistory;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.kafka.KafkaRig;
import dev.epik.kafka.record.RecordFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Records, outcomes and partitions of a window, on a modelled log. */
class WindowTest extends WindowTestBase {
    private static final Duration LEASE = Duration.ofMinutes(3);

    private Batch claim() {
        return tryClaim().orElseThrow();
    }

    private Optional<Batch> tryClaim() {
        return worker.window.claim(ACCOUNT, ClaimKind.ONLINE, 100, Long.MAX_VALUE, LEASE);
    }

    private int settle(Batch batch, Outcome outcome) {
        return worker.window
                .settle(
                        batch,
                        batch.claimed().stream()
                                .map(each -> Settlement.of(each, outcome))
                                .toList())
                .settled();
    }

    @Test
    void anAcceptedEventIsCommittedAndARecordOfItLaterIsNotSent() {
        StoredEvent event = stored("a");
        assertEquals(1, settle(claim(), new Outcome.Accepted("")));
        assertEquals(1, committed());
        log.append(KafkaRig.record(event), clock.millis());
        worker.read(EVENTS);
        assertTrue(tryClaim().isEmpty());
        assertEquals(2, committed());
    }

    @Test
    void aClockThatIsSetBackDelaysNothing() {
        stored("a");
        worker.window.pause(ACCOUNT, Duration.ofMinutes(10), "a reason");
        clock.tick(Duration.ofHours(-2));
        assertEquals(Optional.empty(), worker.window.peek(ACCOUNT, 1).pause(), "a pause of over an hour has ended");
        assertEquals(1, claim().events().size());
    }

    @Test
    void anEventWhoseDueTimeIsYearsAwayIsSentWithinADay() {
        StoredEvent event = new StoredEvent(ACCOUNT, "checkout", "a", "{}", clock.instant(), false);
        Instant wrong = clock.instant().plus(Duration.ofDays(400));
        RecordFormat.Retry retry = new RecordFormat.Retry(wrong, 1, clock.instant(), DeliveryHistory.NONE);
        log.append(RecordFormat.retry("t-retry", event, false, retry), clock.millis());
        TopicPartition topic = new TopicPartition("t-retry", 0);
        worker.read(topic);
        clock.tick(Duration.ofMinutes(2));
        worker.read(topic);
        assertTrue(tryClaim().isEmpty());
        clock.tick(Duration.ofDays(1));
        assertEquals(1, claim().events().size());
    }

    @Test
    void anAcceptedOfflineEventIsCommittedBeforeOthers() {
        stored("a");
        settle(claim(), new Outcome.Accepted(""));
        assertFalse(worker.input.isCommitUrgent());
        StoredEvent offline = new StoredEvent(ACCOUNT, "checkout", "b", "{}", clock.instant(), true);
        log.append(KafkaRig.record(offline), clock.millis());
        worker.read(EVENTS);
        Batch batch = worker.window
                .claim(ACCOUNT, ClaimKind.OFFLINE, 1, Long.MAX_VALUE, LEASE)
                .orElseThrow();
        settle(batch, new Outcome.Accepted(""));
        assertTrue(worker.input.isCommitUrgent());
        assertEquals(2, committed());
        assertFalse(worker.input.isCommitUrgent());
    }

    @Test
    void aForgottenEventIsSentAgain() {
        StoredEvent event = stored("a");
        settle(claim(), new Outcome.Accepted(""));
        assertTrue(worker.window.forgetDelivered(event.key()));
        log.append(KafkaRig.record(event), clock.millis());
        worker.read(EVENTS);
        assertEquals(1, claim().events().size());
    }

    @Test
    void aRejectedEventIsCommittedOnceItIsADeadLetter() {
        stored("a");
        settle(claim(), new Outcome.Rejected("a reason"));
        assertEquals(0, committed());
        worker.writer.flush();
        assertEquals("t-dead", worker.sent.get(0).record().topic());
        assertEquals(0, committed());
        worker.sent.get(0).answer().complete(null);
        assertEquals(1, committed());
    }

    @Test
    void aDeadLetterThatIsNotWrittenIsWrittenAgain() {
        stored("a");
        settle(claim(), new Outcome.Rejected("a reason"));
        worker.writer.flush();
        worker.sent.remove(0).answer().completeExceptionally(new IllegalStateException("the broker is away"));
        worker.writer.flush();
        assertEquals(List.of(), worker.sent, "not at once");
        clock.tick(Duration.ofSeconds(1));
        worker.writer.flush();
        worker.sent.get(0).answer().complete(null);
        assertEquals(1, committed());
    }

    @Test
    void eventsOfALongPauseAreMovedAndThoseThatCannotBeMovedStay() {
        stored("other");
        settle(claim(), new Outcome.Accepted(""));
        stored("a");
        worker.window.pause(ACCOUNT, Duration.ofMinutes(10), "a reason");
        worker.input.move();
        assertTrue(tryClaim().isEmpty(), "it is being moved");
        worker.writer.flush();
        assertEquals("t-retry", worker.sent.get(0).record().topic());
        worker.sent.remove(0).answer().completeExceptionally(new IllegalStateException("the broker is away"));
        assertEquals(1, committed());
        worker.input.move();
        clock.tick(Duration.ofSeconds(31));
        worker.input.move();
        worker.writer.flush();
        worker.sent.get(0).answer().complete(null);
        assertEquals(2, committed());
    }

    @Test
    void anEventThatIsBeingSentIsNotMoved() {
        stored("other");
        settle(claim(), new Outcome.Accepted(""));
        stored("a");
        Batch batch = claim();
        worker.window.pause(ACCOUNT, Duration.ofMinutes(10), "a reason");
        worker.input.move();
        assertEquals(1, settle(batch, new Outcome.Accepted("")));
    }

    @Test
    void anAnswerAfterThePartitionWasLostIsRememberedAndTheEventIsNotSentAgain() {
        stored("a");
        Batch late = claim();
        worker.lose(EVENTS);
        worker.assign(EVENTS);
        worker.read(EVENTS);
        assertEquals(0, settle(late, new Outcome.Accepted("")));
        assertTrue(tryClaim().isEmpty(), "its record was settled by the late answer");
        assertEquals(1, committed());
    }

    @Test
    void aLeaseOfALostPartitionCannotBeExtended() {
        stored("a");
        Batch batch = claim();
        assertTrue(worker.window.extend(batch, LEASE));
        worker.lose(EVENTS);
        assertFalse(worker.window.extend(batch, LEASE));
    }

    @Test
    void aRevokedPartitionWaitsForWhatIsBeingSentAndClaimsNoMore() throws Exception {
        stored("a");
        Batch batch = claim();
        stored("b");
        worker.input.stop(List.of(EVENTS));
        assertTrue(tryClaim().isEmpty());
        assertFalse(worker.input.awaitQuiet(List.of(EVENTS), 0));
        settle(batch, new Outcome.Accepted(""));
        assertTrue(worker.input.awaitQuiet(List.of(EVENTS), 0));
        assertEquals(1, committed());
    }

    @Test
    void anEventThatIsPostponedDuringTheRevocationIsLeftToTheNextWorker() throws Exception {
        stored("a");
        Batch batch = claim();
        worker.input.stop(List.of(EVENTS));
        settle(batch, new Outcome.Postponed("a reason"));
        assertTrue(worker.input.awaitQuiet(List.of(EVENTS), 0));
        assertEquals(0, committed());
    }

    @Test
    void aCancelRemovesWhatWaitsAndNotWhatIsBeingSent() {
        StoredEvent waiting = stored("a");
        log.append(KafkaRig.removal("t", waiting.key()), clock.millis());
        worker.read(EVENTS);
        assertTrue(tryClaim().isEmpty());
        assertEquals(2, committed());
        StoredEvent sent = stored("b");
        Batch batch = claim();
        log.append(KafkaRig.removal("t", sent.key()), clock.millis());
        worker.read(EVENTS);
        assertEquals(CancelResult.TOO_LATE, worker.window.cancel(sent.key()));
        settle(batch, new Outcome.Postponed("a reason"));
        assertTrue(tryClaim().isEmpty(), "it is cancelled when it comes back");
        assertEquals(4, committed());
    }

    @Test
    void anEventThatIsStoredAgainAfterACancelIsSent() {
        StoredEvent event = stored("a");
        log.append(KafkaRig.removal("t", event.key()), clock.millis());
        worker.read(EVENTS);
        clock.tick(Duration.ofMillis(1));
        stored("a");
        assertEquals(1, claim().events().size());
    }

    @Test
    void theWindowCancelsWhatARevocationOfConsentFinds() {
        StoredEvent event = stored("a");
        assertEquals(1, worker.window.find(each -> true).size());
        assertEquals(CancelResult.CANCELLED, worker.window.cancel(event.key()));
        assertEquals(CancelResult.UNKNOWN, worker.window.cancel(event.key()));
        assertEquals(1, committed());
    }

    @Test
    void offsetsThatBeginAnewDropWhatWasRead() {
        stored("a");
        stored("b");
        Batch batch = claim();
        ModelLog rewritten = new ModelLog(1, List.of("t"));
        rewritten.append(KafkaRig.record(new StoredEvent(ACCOUNT, "checkout", "c", "{}", clock.instant(), false)), 0);
        var record = rewritten.next(EVENTS, 0).orElseThrow();
        assertEquals(OptionalLong.of(0), worker.input.restart(EVENTS, record.offset()));
        assertEquals(OptionalLong.empty(), worker.input.restart(EVENTS, record.offset()));
        assertTrue(worker.input.read(record, RecordFormat.read(record.key(), record.value(), record.headers())));
        assertEquals(0, settle(batch, new Outcome.Accepted("")));
        assertEquals(
                List.of("c"), claim().events().stream().map(StoredEvent::id).toList());
    }
}
