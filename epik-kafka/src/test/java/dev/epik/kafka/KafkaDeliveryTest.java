// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.capi.EpikClient;
import dev.epik.testing.Await;
import dev.epik.testing.KafkaBroker;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Delivery from a real broker. */
@Timeout(120)
class KafkaDeliveryTest {
    private static KafkaBroker broker;

    @BeforeAll
    static void start() throws Exception {
        broker = KafkaBroker.start();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void eachEventIsAcceptedOnce() throws Exception {
        try (FakeAccounts pinterest = new FakeAccounts()) {
            KafkaRig rig = new KafkaRig(broker.bootstrap(), pinterest.uri());
            Set<String> ids = new TreeSet<>();
            try (KafkaStore store = rig.store(4).deliver().build();
                    EpikClient ignored = rig.client(store)) {
                ids.addAll(KafkaRig.store(store, ACCOUNT, "a", 2000));
                ids.addAll(KafkaRig.store(store, "549755885176", "b", 1000));
                Await.until(() -> pinterest.missing(ids).isEmpty());
                KafkaRig.awaitEmpty(store);
            }
            assertEquals(3000, pinterest.acceptedEvents());
            assertEquals(0, pinterest.repeats());
            try (KafkaStore store = rig.store(4).deliver().build();
                    EpikClient ignored = rig.client(store)) {
                KafkaRig.store(store, ACCOUNT, "last", 1);
                Await.until(() -> pinterest.missing(Set.of("last-0")).isEmpty());
            }
            assertEquals(0, pinterest.repeats(), "the second worker begins where the first one ended");
        }
    }
}
