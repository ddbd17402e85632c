// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.kafka.KafkaRelay;
import dev.epik.testing.Await;
import java.util.List;

/** An outbox that is relayed to Kafka keeps the contract of every store: what it has arrives in the topic. */
class KafkaRelayContractTest extends KafkaStoreContractTest {
    private MemoryOutbox outbox = MemoryOutbox.ofCapacity(1);

    @Override
    EventStore openStore() {
        outbox = MemoryOutbox.ofCapacity(10_000);
        return KafkaRelay.of(outbox, openKafka());
    }

    @Override
    List<StoredEvent> stored() {
        Await.until(() -> outbox.waiting() == 0);
        return super.stored();
    }
}
