// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.worker;

import static dev.epik.testing.TestIds.ACCOUNT;

import dev.epik.capi.StoredEvent;
import dev.epik.kafka.KafkaRig;
import dev.epik.testing.TickingClock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;

/** A window on a modelled log, which has all partitions. */
abstract class WindowTestBase {
    static final TopicPartition EVENTS = new TopicPartition("t", 0);

    final TickingClock clock = new TickingClock(Instant.ofEpochSecond(1_800_000_000));
    final ModelLog log = new ModelLog(1, List.of("t", "t-retry", "t-retry-later", "t-dead"));
    final ModelWorker worker = new ModelWorker(log, clock);

    @BeforeEach
    void assign() {
        log.partitions(Set.of("t", "t-retry", "t-retry-later")).forEach(worker::assign);
    }

    /** Appends an event to the log, and reads it. */
    StoredEvent stored(String id) {
        StoredEvent event = new StoredEvent(ACCOUNT, "checkout", id, "{}", clock.instant(), false);
        log.append(KafkaRig.record(event), clock.millis());
        worker.read(EVENTS);
        return event;
    }

    /** Commits, and returns the offset of the events; 0 if none was committed. */
    long committed() {
        worker.commit(true);
        var offset = log.committed.get(EVENTS);
        return offset == null ? 0 : offset.offset();
    }
}
