// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka;

import static dev.epik.kafka.KafkaStoreTest.event;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.epik.capi.outbox.JdbcOutbox;
import dev.epik.capi.outbox.spi.EventStore.Added;
import dev.epik.kafka.record.RecordFormat;
import dev.epik.testing.Await;
import dev.epik.testing.KafkaBroker;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** An order and its event in one transaction of PostgreSQL, on the way to Kafka. */
class RelayTransactionTest {
    private static Set<String> relayed(KafkaBroker broker) {
        return broker.topics().records("epik-events").stream()
                .map(record ->
                        new String(record.headers().lastHeader(RecordFormat.ID).value(), StandardCharsets.UTF_8))
                .collect(Collectors.toSet());
    }

    @Test
    void movesWhatWasCommittedAndNothingElseFromTwoNodes() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                        .setPGStartupWait(Duration.ofMinutes(1))
                        .start();
                KafkaBroker broker = KafkaBroker.start()) {
            DataSource database = postgres.getPostgresDatabase();
            JdbcOutbox outbox = JdbcOutbox.builder(database).createTables(true).open();
            JdbcOutbox ofOther = JdbcOutbox.of(database);
            try (KafkaRelay relay = KafkaRelay.of(outbox, kafka(broker));
                    KafkaRelay other = KafkaRelay.of(ofOther, kafka(broker))) {
                assertSame(outbox, relay.database());
                try (Connection connection = database.getConnection()) {
                    connection.setAutoCommit(false);
                    assertEquals(Added.STORED, outbox.add(connection, event("committed")));
                    connection.commit();
                    relay.committed("549755885175", 1);
                    assertEquals(Added.STORED, outbox.add(connection, event("rolled back")));
                    connection.rollback();
                }
                other.addAll(IntStream.range(0, 1500)
                                .mapToObj(i -> event("e" + i))
                                .toList())
                        .join();
                Await.until(() -> relayed(broker).size() == 1501);
                Await.until(() -> outbox.backlog("549755885175").waiting() == 0);
                assertEquals(List.of(), outbox.verify(), "the books balance");
                assertEquals(1501, relay.unread(), "each event once");
            }
        }
    }

    private static KafkaStore kafka(KafkaBroker broker) {
        return KafkaStore.builder(broker.bootstrap()).createTopics(2, 1).build();
    }
}
