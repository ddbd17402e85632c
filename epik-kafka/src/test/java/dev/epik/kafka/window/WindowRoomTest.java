// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.window;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.kafka.KafkaRig;
import dev.epik.kafka.record.RecordFormat;
import dev.epik.testing.TickingClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class WindowRoomTest {
    private static final TopicPartition EVENTS = new TopicPartition("t", 0);

    private final TickingClock clock = new TickingClock(Instant.ofEpochSecond(1_800_000_000));
    private final WindowInput input = new WindowInput(new WindowRoom(100, 10, 1_000), clock);
    private long next;

    private boolean read(String adAccount, int bytes) {
        StoredEvent event = new StoredEvent(
                adAccount, "checkout", "e" + next, '{' + "x".repeat(bytes - 2) + '}', clock.instant(), false);
        ProducerRecord<byte[], byte[]> written = KafkaRig.record(event);
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("t", 0, next++, written.key(), written.value());
        return input.read(record, RecordFormat.read(written.key(), written.value(), written.headers()));
    }

    @Test
    void theNumberOfEventsAndTheirBytesLimitTheWindow() {
        WindowRoom room = new WindowRoom(100, 10, 1_000);
        assertFalse(room.isFull(90, 999));
        assertTrue(room.isFull(91, 0));
        assertTrue(room.isFull(1, 1_000));
        assertFalse(room.isFull(0, 0), "an event of any size is taken by an empty window");
        assertEquals(100, room.capacityOf(50, 500));
        assertEquals(3, room.capacityOf(3, 1_500), "events are large");
    }

    @Test
    void readingStopsAtTheBytesAndGoesOnWhenSomeAreSettled() {
        input.assign(List.of(EVENTS), Map.of());
        assertTrue(read(ACCOUNT, 600));
        assertTrue(input.takesNext());
        assertTrue(read(ACCOUNT, 5_000), "a larger event passes");
        assertFalse(input.takesNext());
        assertTrue(input.isFull());
        assertEquals(5_600, input.rows.bytes());
        input.rows.cancel(new StoredEvent.Key(ACCOUNT, "checkout", "e1"));
        assertTrue(input.takesNext());
        assertFalse(input.isFull());
        assertEquals(600, input.rows.bytes());
        input.drop(List.of(EVENTS));
        assertEquals(0, input.rows.bytes());
    }

    @Test
    void aForeignRecordThatIsWrittenWithoutItsValueLeavesNoBytes() {
        input.assign(List.of(EVENTS), Map.of());
        byte[] value = new byte[600];
        var record = new ConsumerRecord<byte[], byte[]>(
                "t",
                0,
                0,
                0,
                TimestampType.CREATE_TIME,
                0,
                value.length,
                null,
                value,
                new RecordHeaders(),
                Optional.empty());
        input.read(record, RecordFormat.read(record.key(), record.value(), record.headers()));
        assertEquals(600, input.rows.bytes());
        input.notWritten(input.takeOutgoing().get(0), true);
        input.written(input.takeOutgoing().get(0));
        assertEquals(0, input.rows.bytes());
        assertEquals(0, input.rows.size());
    }

    @Test
    void aSlowAdAccountWithLargeEventsMakesWayForOthers() {
        input.assign(List.of(EVENTS), Map.of());
        read("2", 10);
        var accepted = input.rows
                .waiting
                .claim("2", ClaimKind.ONLINE, 1, Long.MAX_VALUE, Duration.ofMinutes(3))
                .orElseThrow();
        input.rows.settle(
                accepted,
                List.of(dev.epik.capi.outbox.spi.Settlement.of(
                        accepted.claimed().get(0), new dev.epik.capi.Outcome.Accepted(""))));
        for (int i = 0; i < 10; i++) {
            read("1", 100);
        }
        assertTrue(input.isFull());
        clock.tick(Duration.ofSeconds(6));
        input.move();
        List<Outgoing> moved = input.takeOutgoing();
        assertEquals(5, moved.size(), "half of what fits");
        assertTrue(input.isFull(), "they are in memory until they are written");
        moved.forEach(input::written);
        assertFalse(input.isFull());
        assertEquals(500, input.rows.bytes());
    }
}
