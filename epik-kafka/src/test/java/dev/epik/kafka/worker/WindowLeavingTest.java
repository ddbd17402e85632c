// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.worker;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.DeliveryHistory;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.kafka.KafkaRig;
import dev.epik.kafka.producer.RecordSender;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;

/** Events that leave a window for another topic, when that fails, and when their partition is lost meanwhile. */
class WindowLeavingTest extends WindowTestBase {
    private static final TopicPartition RETRY = new TopicPartition("t-retry", 0);

    private Optional<Batch> claim() {
        return worker.window.claim(ACCOUNT, ClaimKind.ONLINE, 100, Long.MAX_VALUE, Duration.ofMinutes(3));
    }

    private void settle(Outcome outcome) {
        Batch batch = claim().orElseThrow();
        List<Settlement> all = batch.claimed().stream()
                .map(each -> Settlement.of(each, outcome))
                .toList();
        assertEquals(all.size(), worker.window.settle(batch, all).settled());
    }

    /** Makes an event outgoing to the retry topic, and hands it to the sender, which does not answer yet. */
    private StoredEvent moving() {
        stored("other");
        settle(new Outcome.Accepted(""));
        StoredEvent event = stored("a");
        worker.window.pause(ACCOUNT, Duration.ofMinutes(10), "a reason");
        worker.input.move();
        worker.writer.flush();
        assertEquals("t-retry", worker.sent.get(0).record().topic());
        return event;
    }

    private static void fail(ModelWorker.Sent sent, Throwable e) {
        sent.answer().completeExceptionally(e);
    }

    private static OutboxException tooLarge() {
        return new OutboxException("too large", new RecordTooLargeException());
    }

    @Test
    void aRetryRecordHasTheTimeOfTheClockThatDecidesWhenItIsDue() {
        moving();
        assertEquals(clock.millis(), worker.sent.get(0).record().timestamp());
    }

    @Test
    void eventsOfAnUnknownAdAccountMoveToTheRetryTopic() {
        stored("other");
        settle(new Outcome.Accepted(""));
        stored("a");
        worker.input.move();
        worker.writer.flush();
        assertEquals(0, worker.sent.size(), "another node may know the ad account by now");
        worker.window.noteUnknown(ACCOUNT);
        worker.input.move();
        worker.writer.flush();
        assertEquals("t-retry", worker.sent.get(0).record().topic());
    }

    @Test
    void anEventWhoseMoveFailsAfterThePartitionWasLostIsReadAgainAndSent() {
        moving();
        worker.lose(EVENTS);
        worker.assign(EVENTS);
        worker.read(EVENTS);
        fail(worker.sent.get(0), new IllegalStateException("the broker is away"));
        worker.window.resume(ACCOUNT);
        assertEquals(0, committed() - 1, "nothing but the first event is settled");
        assertEquals(1, claim().orElseThrow().events().size());
    }

    @Test
    void aDeadLetterThatFailsAfterThePartitionWasLostIsWrittenByTheNextRead() {
        stored("a");
        settle(new Outcome.Rejected("a reason"));
        worker.writer.flush();
        worker.lose(EVENTS);
        worker.assign(EVENTS);
        worker.read(EVENTS);
        fail(worker.sent.get(0), new IllegalStateException("the broker is away"));
        assertEquals(0, committed());
        assertEquals(1, claim().orElseThrow().events().size());
    }

    @Test
    void aMoveThatEndsLateDoesNotHideThatTheEventIsMovedAgain() {
        moving();
        worker.lose(EVENTS);
        worker.assign(EVENTS);
        worker.read(EVENTS);
        worker.input.move();
        worker.writer.flush();
        worker.sent.get(0).answer().complete(null);
        assertEquals(2, worker.sent.size());
        stored("a");
        worker.window.resume(ACCOUNT);
        assertTrue(claim().isEmpty(), "it is being moved");
    }

    @Test
    void anEventThatIsCancelledWhileItIsMovedIsNotSentIfTheMoveFails() {
        StoredEvent event = moving();
        log.append(KafkaRig.removal("t", event.key()), clock.millis());
        worker.read(EVENTS);
        fail(worker.sent.get(0), new IllegalStateException("the broker is away"));
        worker.window.resume(ACCOUNT);
        assertTrue(claim().isEmpty());
        assertEquals(3, committed());
    }

    @Test
    void aCancelBeforeAnEventIsMovedAlsoHoldsForItsRetryRecord() {
        var unused = stored("other");
        settle(new Outcome.Accepted(""));
        StoredEvent event = stored("a");
        long cancelledAt = clock.millis();
        clock.tick(Duration.ofSeconds(1));
        worker.window.pause(ACCOUNT, Duration.ofMinutes(10), "a reason");
        worker.input.move();
        worker.writer.flush();
        worker.sent.get(0).answer().complete(null);
        log.append(worker.sent.get(0).record(), clock.millis());
        log.append(KafkaRig.removal("t", event.key()), cancelledAt); // read after the move, written before it
        worker.read(EVENTS);
        clock.tick(Duration.ofMinutes(11));
        worker.read(RETRY);
        assertTrue(claim().isEmpty());
    }

    @Test
    void aForeignRecordThatIsTooLargeForTheDeadLettersIsSettledWithoutItsValue() {
        ProducerRecord<byte[], byte[]> foreign = new ProducerRecord<>("t", new byte[] {1}, new byte[5000]);
        foreign.headers().add("large", new byte[5000]);
        log.append(foreign, clock.millis());
        worker.read(EVENTS);
        worker.writer.flush();
        fail(worker.sent.remove(0), tooLarge());
        worker.writer.flush();
        ProducerRecord<byte[], byte[]> reduced = worker.sent.get(0).record();
        assertEquals(0, reduced.value().length);
        assertEquals(null, reduced.headers().lastHeader("large"));
        worker.sent.get(0).answer().complete(null);
        assertEquals(1, committed());
    }

    @Test
    void aDeadLetterThatIsTooLargeIsWrittenWithoutItsReason() {
        stored("a");
        settle(new Outcome.Rejected("a long reason".repeat(100)));
        worker.writer.flush();
        int before = headerBytes(worker.sent.get(0).record());
        fail(worker.sent.remove(0), tooLarge());
        worker.writer.flush();
        assertTrue(headerBytes(worker.sent.get(0).record()) < before - 1000);
        worker.sent.get(0).answer().complete(null);
        assertEquals(1, committed());
    }

    /** Fails the last record of the sender as too large, and hands over what comes of it. */
    private ProducerRecord<byte[], byte[]> afterTooLarge(int index) {
        fail(worker.sent.get(index), tooLarge());
        worker.writer.flush();
        return worker.sent.get(worker.sent.size() - 1).record();
    }

    @Test
    void ofADeadLetterThatFitsNowhereThePlaceIsKeptAndTheOthersAreWritten() {
        stored("a");
        stored("b");
        settle(new Outcome.Rejected("a long reason"));
        worker.writer.flush();
        assertEquals(2, worker.sent.size());
        afterTooLarge(0);
        ProducerRecord<byte[], byte[]> place = afterTooLarge(2);
        assertTrue(new String(place.key(), StandardCharsets.UTF_8).startsWith("unreadable/t/0/0"));
        assertEquals(0, place.value().length);
        worker.sent.get(1).answer().complete(null);
        worker.sent.get(3).answer().complete(null);
        assertEquals(2, committed());
        assertEquals(0, worker.held());
    }

    @Test
    void aTopicThatRefusesWritesDoesNotStopTheOthers() {
        stored("a");
        settle(new Outcome.Rejected("a reason"));
        stored("other");
        settle(new Outcome.Accepted(""));
        stored("b");
        worker.writer.flush();
        fail(worker.sent.get(0), new IllegalStateException("no WRITE on the dead-letter topic"));
        worker.window.pause(ACCOUNT, Duration.ofMinutes(10), "a reason");
        worker.input.move();
        worker.writer.flush();
        assertEquals("t-retry", worker.sent.get(1).record().topic());
    }

    @Test
    void anEventThatIsTooLargeForTheRetryTopicsStaysAndTheOthersMove() {
        moving();
        fail(worker.sent.get(0), tooLarge());
        stored("b");
        worker.input.move();
        worker.writer.flush();
        assertEquals(2, worker.sent.size());
        assertTrue(new String(worker.sent.get(1).record().key(), StandardCharsets.UTF_8).endsWith("/b"));
        worker.window.resume(ACCOUNT);
        assertEquals("a", claim().orElseThrow().events().get(0).id());
    }

    @Test
    void anEventOfASlowAdAccountDoesNotStopItsPartition() {
        stored("slow");
        clock.tick(Duration.ofSeconds(6));
        for (int i = 0; i <= 10_000; i++) {
            if (i == 9_000) {
                worker.input.move();
                worker.writer.flush();
                assertEquals(List.of(), worker.sent, "the partition is not in danger yet");
            }
            acceptedOfAnother("e" + i);
        }
        worker.input.move();
        worker.writer.flush();
        assertEquals("t-retry", worker.sent.get(0).record().topic());
        worker.sent.get(0).answer().complete(null);
        assertEquals(10_002, committed());
    }

    @Test
    void aSuspectDoesNotStopItsPartition() {
        stored("bad");
        Batch batch = claim().orElseThrow();
        Batch.Claimed bad = batch.claimed().get(0);
        DeliveryHistory suspect = bad.history().withFailureAlone("500", clock.instant());
        worker.window.settle(batch, List.of(Settlement.postponed(bad, "500", Duration.ofMinutes(1), suspect)));
        IntStream.range(0, 9_000).forEach(i -> acceptedOfAnother("e" + i));
        moveAndWrite();
        assertEquals(List.of(), worker.sent, "the partition is not in danger yet");
        IntStream.range(9_000, 10_001).forEach(i -> acceptedOfAnother("e" + i));
        moveAndWrite();
        assertEquals("t-retry", worker.sent.get(0).record().topic());
    }

    @Test
    void anEventThatIsNotSentForAMinuteDoesNotStopItsPartition() {
        stored("unlucky");
        stored("lucky");
        for (int i = 0; worker.input.tooWide().isEmpty(); i++) {
            acceptedOfAnother("e" + i);
        }
        moveAndWrite();
        assertEquals(List.of(), worker.sent, "it was read just now");
        clock.tick(Duration.ofSeconds(61));
        Batch batch = claim().orElseThrow();
        worker.window.settle(
                batch,
                batch.claimed().stream()
                        .map(each -> each.event().id().equals("lucky") // so the ad account is not slow
                                ? Settlement.of(each, new Outcome.Accepted(""))
                                : Settlement.postponed(each, "500 with others", Duration.ZERO, each.history()))
                        .toList());
        moveAndWrite();
        assertEquals("t-retry", worker.sent.get(0).record().topic());
    }

    private void moveAndWrite() {
        worker.input.move();
        worker.writer.flush();
    }

    private void acceptedOfAnother(String id) {
        StoredEvent event = new StoredEvent("2", "checkout", id, "{}", clock.instant(), false);
        log.append(KafkaRig.record(event), clock.millis());
        worker.read(EVENTS);
        Batch batch = worker.window
                .claim("2", ClaimKind.ONLINE, 1, Long.MAX_VALUE, Duration.ofMinutes(3))
                .orElseThrow();
        worker.window.settle(batch, List.of(Settlement.of(batch.claimed().get(0), new Outcome.Accepted(""))));
    }

    @Test
    void afterAnErrorOfTheSenderNoRecordIsForgotten() {
        RecordSender broken = (record, deadline) -> {
            throw new StackOverflowError();
        };
        OutgoingWriter writer = new OutgoingWriter(ModelGroup.settings(), broken, worker.input, clock);
        stored("a");
        stored("b");
        settle(new Outcome.Rejected("a reason"));
        assertThrows(StackOverflowError.class, writer::flush);
        worker.writer.flush();
        assertEquals(2, worker.sent.size());
    }

    private static int headerBytes(ProducerRecord<byte[], byte[]> record) {
        int sum = 0;
        for (var header : record.headers()) {
            sum += header.value().length;
        }
        return sum;
    }

    @Test
    void afterOneRecordWasRefusedTheOthersDoNotWaitForRoomOneByOne() {
        List<ProducerRecord<byte[], byte[]>> asked = new ArrayList<>();
        RecordSender full = (record, deadline) -> {
            asked.add(record);
            return CompletableFuture.failedFuture(new OutboxException("The buffer for Kafka is full"));
        };
        OutgoingWriter writer = new OutgoingWriter(ModelGroup.settings(), full, worker.input, clock);
        stored("a");
        stored("b");
        stored("c");
        settle(new Outcome.Rejected("a reason"));
        writer.flush();
        assertEquals(1, asked.size());
        clock.tick(Duration.ofSeconds(2));
        worker.writer.flush();
        assertEquals(3, worker.sent.size(), "none is forgotten");
    }
}
