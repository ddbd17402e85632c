// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka;

import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.outbox.spi.EventStore.Added;
import java.nio.file.Path;

/** A shop in a process of its own, which a test kills: prints the id of each event after it was reported as stored. */
final class RelayProcess {
    private RelayProcess() {}

    /** Arguments: the addresses of the brokers, the outbox file, the prefix of the ids, and how many. */
    public static void main(String[] arguments) throws Exception {
        KafkaRelay relay = KafkaRelay.of(
                SqliteOutbox.open(Path.of(arguments[1])),
                KafkaStore.builder(arguments[0]).createTopics(3, 1).build());
        System.out.println("open");
        for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
            String id = arguments[2] + i;
            if (relay.add(KafkaStoreTest.event(id)).join() == Added.STORED) {
                System.out.println(id);
            }
        }
        System.out.println("done");
        Thread.sleep(Long.MAX_VALUE);
    }
}
