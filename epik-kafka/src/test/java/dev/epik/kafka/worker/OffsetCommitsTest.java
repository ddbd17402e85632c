// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.worker;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.capi.Outcome;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.kafka.KafkaRig;
import dev.epik.testing.TickingClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.junit.jupiter.api.Test;

class OffsetCommitsTest {
    private static final TopicPartition EVENTS = new TopicPartition("t", 0);

    private final TickingClock clock = new TickingClock(Instant.ofEpochSecond(1_800_000_000));
    private final ModelLog log = new ModelLog(1, List.of("t"));
    private final ModelWorker worker = new ModelWorker(log, clock);
    private final List<OffsetAndMetadata> committed = new ArrayList<>();

    /** A broker that allows nothing beside an offset. */
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest") {
        @Override
        public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
            OffsetAndMetadata offset = Objects.requireNonNull(offsets.get(EVENTS));
            if (!offset.metadata().isEmpty()) {
                throw new OffsetMetadataTooLarge("too large");
            }
            committed.add(offset);
        }
    };

    @Test
    void settledRecordsAreCommittedAtARevocationAlsoIfTheBrokerAllowsTooLittleBesideAnOffset() {
        worker.assign(EVENTS);
        for (String id : List.of("a", "b", "c")) {
            log.append(KafkaRig.record(KafkaRig.event(ACCOUNT, id)), clock.millis());
        }
        worker.read(EVENTS);
        Batch batch = worker.window
                .claim(ACCOUNT, ClaimKind.ONLINE, 3, Long.MAX_VALUE, Duration.ofMinutes(3))
                .orElseThrow();
        List<Settlement> first = List.of(Settlement.of(batch.claimed().get(0), new Outcome.Accepted("")));
        List<Settlement> third = List.of(Settlement.of(batch.claimed().get(2), new Outcome.Accepted("")));
        worker.window.settle(batch, first);
        worker.window.settle(batch, third);
        new OffsetCommits(consumer, worker.input).commitNow(List.of(EVENTS));
        assertEquals(1, committed.size());
        assertEquals(1, committed.get(0).offset());
        assertEquals("", committed.get(0).metadata());
    }
}
