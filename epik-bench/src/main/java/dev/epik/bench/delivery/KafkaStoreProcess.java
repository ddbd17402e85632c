// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import dev.epik.capi.StoredEvent;
import dev.epik.kafka.KafkaStore;
import dev.epik.kafka.broker.KafkaProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Stores events from one thread, which waits for all at the end: in its own process. A bare producer gets finished
 * records, and has the settings of the one in a {@code KafkaStore}: idempotence, acknowledgements, batches, requests in
 * flight and partitioner. Only when its buffer is full it blocks the caller.
 */
final class KafkaStoreProcess {
    private static final int CHUNK = 20_000;
    private static final int MAX_BLOCK_MILLIS = 60_000;

    private KafkaStoreProcess() {}

    /** Takes the words of a {@link KafkaRun.Task}. */
    public static void main(String[] words) throws Exception {
        Logger.getLogger("").setLevel(Level.WARNING);
        KafkaRun.Task task = KafkaRun.task(words);
        try (Way way = task.way().equals("ours") ? new Ours(task) : new Bare(task)) {
            System.out.println(run(way, task.run()).line());
        }
    }

    private static ClientResult run(Way way, KafkaRun run) throws Exception {
        for (int done = 0; done < run.warmUp(); done += CHUNK) {
            way.prepare(KafkaEvents.of(done, Math.min(CHUNK, run.warmUp() - done)));
            way.store();
        }
        way.prepare(KafkaEvents.of(ArrivalCounter.MEASURED, run.events()));
        System.gc();
        long cpu = CpuTime.nanos();
        long start = System.nanoTime();
        way.store();
        return new ClientResult(run.warmUp(), System.nanoTime() - start, CpuTime.nanos() - cpu);
    }

    private interface Way extends AutoCloseable {
        /** Does what is not measured. */
        void prepare(List<StoredEvent> events);

        /** Stores the prepared events, and waits until all are acknowledged. */
        void store() throws ExecutionException, InterruptedException;

        @Override
        void close();
    }

    private static final class Ours implements Way {
        private final KafkaStore store;
        private List<StoredEvent> events = List.of();

        Ours(KafkaRun.Task task) {
            store = KafkaStore.builder(task.bootstrap()).topic(task.name()).build();
        }

        @Override
        public void prepare(List<StoredEvent> some) {
            events = some;
        }

        @Override
        public void store() {
            KafkaEvents.store(store, events);
        }

        @Override
        public void close() {
            store.close();
        }
    }

    private static final class Bare implements Way {
        private final String topic;
        private final Producer<byte[], byte[]> producer;
        private List<ProducerRecord<byte[], byte[]>> records = List.of();

        Bare(KafkaRun.Task task) {
            topic = task.name();
            Map<String, Object> properties =
                    KafkaProperties.producer(KafkaEvents.settings(task.bootstrap(), topic, topic));
            properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MILLIS); // the calling thread waits for room
            producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public void prepare(List<StoredEvent> events) {
            records = events.stream()
                    .map(event -> KafkaEvents.record(topic, event))
                    .toList();
        }

        @Override
        public void store() throws ExecutionException, InterruptedException {
            List<Future<RecordMetadata>> answers = new ArrayList<>(records.size());
            for (ProducerRecord<byte[], byte[]> record : records) {
                answers.add(producer.send(record));
            }
            for (Future<RecordMetadata> answer : answers) {
                answer.get();
            }
        }

        @Override
        public void close() {
            producer.close();
        }
    }
}
