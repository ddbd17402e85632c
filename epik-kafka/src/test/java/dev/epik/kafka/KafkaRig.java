// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.kafka.broker.KafkaSettings;
import dev.epik.kafka.record.RecordFormat;
import dev.epik.testing.TestIds;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Workers and events for tests of delivery from a topic. Each rig has topics of its own. Thread-safe. */
public final class KafkaRig {
    private static final AtomicInteger RIGS = new AtomicInteger();
    private static final Duration LINGER = Duration.ofMillis(20);

    private final String bootstrap;
    private final URI pinterest;
    final String topic;

    KafkaRig(String bootstrap, URI pinterest) {
        this(bootstrap, pinterest, "epik-" + ProcessHandle.current().pid() + "-" + RIGS.incrementAndGet());
    }

    KafkaRig(String bootstrap, URI pinterest, String topic) {
        this.bootstrap = bootstrap;
        this.pinterest = pinterest;
        this.topic = topic;
    }

    KafkaStore.Builder store(int partitions) {
        return KafkaStore.builder(bootstrap)
                .topic(topic)
                .createTopics(partitions, 1)
                .spread(partitions);
    }

    /** Returns a client that delivers what this store reads, for all ad accounts. */
    EpikClient client(EventStore store) {
        return EpikClient.builder(Mode.LIVE, account(TestIds.ACCOUNT), store)
                .accounts(id -> Optional.of(account(id)))
                .baseUrl(pinterest)
                .linger(LINGER)
                .silence(Duration.ofDays(1))
                .shutdownTimeout(Duration.ZERO)
                .open();
    }

    KafkaWorkerUnderTest worker(int partitions) {
        return worker(partitions, Map.of());
    }

    KafkaWorkerUnderTest worker(int partitions, Map<String, String> properties) {
        KafkaStore.Builder builder = store(partitions).property("heartbeat.interval.ms", "300");
        properties.forEach(builder::property);
        KafkaStore store = builder.deliver().build();
        return new KafkaWorkerUnderTest(store, client(store));
    }

    private static AdAccount account(String id) {
        return AdAccount.of(id, AccessToken.of("token-of-a-test"));
    }

    public static StoredEvent event(String adAccount, String id) {
        Instant now = Instant.now();
        String json = "{\"event_name\":\"checkout\",\"action_source\":\"web\",\"event_time\":" + now.getEpochSecond()
                + ",\"event_id\":\"" + id + "\",\"user_data\":{\"click_id\":\"c\"}}";
        return new StoredEvent(adAccount, "checkout", id, json, now, false);
    }

    /** Stores events with the ids PREFIX-0 … Returns the ids when all are acknowledged. */
    static List<String> store(EventStore store, String adAccount, String prefix, int count) {
        List<String> ids = new ArrayList<>();
        List<CompletableFuture<EventStore.Added>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(prefix + "-" + i);
            answers.add(store.add(event(adAccount, prefix + "-" + i), Duration.ofSeconds(60)));
        }
        answers.forEach(CompletableFuture::join);
        return ids;
    }

    public static KafkaSettings settings(String topic) {
        return new KafkaSettings("127.0.0.1:1", topic, topic, Map.of(), 5000, 1);
    }

    /** Returns the record by which a store stores the event. */
    public static ProducerRecord<byte[], byte[]> record(StoredEvent event) {
        return RecordFormat.event(settings("t").topic(), event, false);
    }

    public static ProducerRecord<byte[], byte[]> removal(String topic, StoredEvent.Key key) {
        return RecordFormat.removal(topic, key);
    }
}
