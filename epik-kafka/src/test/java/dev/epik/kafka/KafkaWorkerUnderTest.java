// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka;

import dev.epik.capi.EpikClient;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.kafka.worker.Window;
import dev.epik.testing.Await;

/** A store that delivers, and the client that makes it do so. */
final class KafkaWorkerUnderTest implements AutoCloseable {
    final KafkaStore store;
    final EpikClient client;

    KafkaWorkerUnderTest(KafkaStore store, EpikClient client) {
        this.store = store;
        this.client = client;
    }

    /** Waits until the answers to all events in the window have been read. */
    void awaitEmpty() {
        Outbox window = store.deliveryOutbox().orElseThrow();
        Await.until(() -> window.dueAccounts().isEmpty());
    }

    /** Returns how many partitions it has, of the topic of the events and of the retry topics. */
    int partitions() {
        return ((Window) store.deliveryOutbox().orElseThrow()).partitions();
    }

    boolean hasPartitions() {
        return partitions() > 0;
    }

    @Override
    public void close() {
        client.close();
        store.close();
    }
}
