// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.kafka.KafkaStore;
import dev.epik.kafka.record.RecordFormat;
import dev.epik.testing.KafkaBroker;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A store in Kafka keeps the contract of every store. */
class KafkaStoreContractTest extends EventStoreContract {
    static final AtomicInteger TOPICS = new AtomicInteger();
    static KafkaBroker broker;
    private String topic = "";

    @BeforeAll
    static void start() throws Exception {
        broker = KafkaBroker.start();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Override
    EventStore openStore() {
        return openKafka();
    }

    final KafkaStore openKafka() {
        topic = "contract-" + TOPICS.incrementAndGet();
        return KafkaStore.builder(broker.bootstrap())
                .topic(topic)
                .createTopics(2, 1)
                .property("ssl.truststore.password", "secret-of-a-test")
                .build();
    }

    @Override
    List<String> secrets() {
        return List.of("secret-of-a-test");
    }

    @Override
    List<StoredEvent> stored() {
        return broker.topics().records(topic).stream()
                .map(record -> RecordFormat.read(record.key(), record.value(), record.headers()))
                .flatMap(reading -> reading instanceof RecordFormat.Event read ? Stream.of(read.event()) : Stream.of())
                .toList();
    }

    @Override
    Instant now() {
        return Instant.now();
    }
}
