// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.EpikException;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.kafka.broker.KafkaErrors;
import dev.epik.kafka.broker.KafkaProperties;
import dev.epik.kafka.broker.KafkaSettings;
import dev.epik.kafka.broker.Lag;
import dev.epik.kafka.broker.TopicCheck;
import dev.epik.kafka.broker.Waiting;
import dev.epik.kafka.producer.KafkaSender;
import dev.epik.kafka.record.RecordFormat;
import dev.epik.kafka.worker.KafkaDelivery;
import dev.epik.kafka.worker.KafkaWorker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.ObjIntConsumer;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Stores events in topics of Kafka. Other processes deliver them, or this one if {@link Builder#deliver()} is set.
 * Needs brokers of version 2.1 or later, and four topics: {@code epik-events}, {@code epik-events-retry},
 * {@code epik-events-retry-later} and, compacted, {@code epik-events-dead}.
 *
 * <p><b>In a crash</b> of this process or of brokers nothing is lost that was reported as stored, as long as one of the
 * replicas that had the event remains: three replicas and {@code min.insync.replicas=2} survive the loss of any broker.
 *
 * <p><b>Duplicates.</b> {@link #add} reports each event as stored, also one that was stored before: Kafka cannot look
 * it up. The workers remove duplicates that they meet within some hours. Pinterest removes the others.
 *
 * <p><b>Deadlines.</b> No call waits inside of Kafka's client. An event that is not acknowledged at its deadline fails
 * with {@link OutboxException#isMaybeStored}. If Kafka was already given the event, it goes on trying for
 * {@code delivery.timeout.ms}, which is 30 s by default.
 *
 * <p><b>Threads.</b> Thread-safe. The calling thread hands its event over to Kafka's producer, which sends batches in a
 * thread of its own. While no broker is known or the producer's buffer ({@code buffer.memory}, 32 MB) is full, at most
 * 10,000 events of 32 MB wait in a queue. If that is full too, a caller waits for room until its deadline. Futures
 * complete on Kafka's thread or on the daemon {@code epik-kafka-supervisor}: what depends on them must not wait.
 *
 * <p><b>Lifetime.</b> The caller closes this store after the client.
 */
public final class KafkaStore implements EventStore {
    /** The deadline of an event whose caller names none. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final Duration SILENCE_AFTER_TIMEOUT = Duration.ofSeconds(30);

    private final KafkaSettings settings;
    private final Admin admin;
    private final TopicCheck topics;
    private final KafkaSender sender;
    private final @Nullable KafkaDelivery delivery;
    private volatile Duration submitTimeout = LIMIT;

    private KafkaStore(
            KafkaSettings settings,
            Admin admin,
            TopicCheck topics,
            KafkaSender sender,
            KafkaDelivery.@Nullable Start worker) {
        this.settings = settings;
        this.admin = admin;
        this.topics = topics;
        this.sender = sender;
        this.delivery = worker == null ? null : worker.start(settings, sender);
    }

    /**
     * Returns a builder of a store.
     *
     * @param bootstrapServers addresses of some brokers, such as {@code kafka1:9092,kafka2:9092}
     */
    public static Builder builder(String bootstrapServers) {
        return new Builder(bootstrapServers);
    }

    @Override
    public CompletableFuture<Added> add(StoredEvent event) {
        return add(event, LIMIT);
    }

    @Override
    public CompletableFuture<Added> add(StoredEvent event, Duration deadline) {
        return add(event, false, deadline);
    }

    /** Stores an event, and whether a person asked for it to be sent whatever its age. */
    CompletableFuture<Added> add(StoredEvent event, boolean isRedriven, Duration deadline) {
        return sender.send(RecordFormat.event(settings.topic(), event, isRedriven), deadline)
                .thenApply(stored -> Added.STORED);
    }

    @Override
    public List<CompletableFuture<Added>> addEach(List<StoredEvent> events, Duration deadline) {
        return events.stream().map(event -> add(event, deadline)).toList();
    }

    /** Stores each event by itself. If some cannot be stored, the future fails, and the others are stored. */
    @Override
    public CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
        return Waiting.forAll(addEach(events, LIMIT));
    }

    /**
     * Writes a request to the topic of the events and to both retry topics. A worker that reads it in time removes the
     * event.
     *
     * @return {@link CancelResult#REQUESTED}
     */
    @Override
    public CancelResult cancel(StoredEvent.Key key) {
        List<CompletableFuture<Void>> requests = new ArrayList<>();
        for (String topic : settings.waitingTopics()) {
            requests.add(sender.send(RecordFormat.removal(topic, key), submitTimeout));
        }
        for (CompletableFuture<Void> request : requests) {
            Waiting.on(request, "The request to cancel the event");
        }
        return CancelResult.REQUESTED;
    }

    /** Returns none. */
    @Override
    public Set<Capability> capabilities() {
        return Set.of();
    }

    @Override
    public Optional<Outbox> deliveryOutbox() {
        return Optional.ofNullable(delivery).map(KafkaDelivery::window);
    }

    /**
     * Returns how many events no worker has read yet: those after the offsets that the consumer group has committed,
     * without those in {@link #deliveryOutbox()}. In a process that does not deliver, also those that a worker has read
     * and not settled yet. Asks Kafka four questions, for at most some 8 s.
     *
     * @throws OutboxException if Kafka does not answer
     */
    @Override
    public long unread() {
        return Lag.of(admin, settings, delivery == null ? Map.of() : delivery.positions());
    }

    @Override
    public void connect(Duration submitTimeout, ObjIntConsumer<String> moved) {
        this.submitTimeout = submitTimeout;
        if (delivery != null) {
            delivery.connect(submitTimeout, moved);
        }
    }

    /** Hands the events that wait to Kafka, and ends the threads, within some 10 s; a worker takes up to 10 s more. */
    @Override
    public void close() {
        if (delivery != null) {
            delivery.close();
        }
        topics.close();
        sender.close();
        admin.close(Duration.ZERO);
    }

    /** Shows addresses and topic, no property. */
    @Override
    public String toString() {
        return "KafkaStore[" + settings.bootstrap() + ", " + settings.topic() + "]";
    }

    /** Collects the settings. Not thread-safe. */
    public static final class Builder {
        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,200}");
        private static final int MAX_PARTITIONS = 10_000;
        private static final int MAX_WINDOW = 1_000_000;
        private static final int MAX_SPREAD = 1000;

        private final String bootstrap;
        private final Map<String, Object> properties = new TreeMap<>();
        private String topic = "epik-events";
        private @Nullable String group;
        private int window = 5000;
        private int spread = 1;
        private Optional<TopicCheck.Creation> creation = Optional.empty();
        private KafkaDelivery.@Nullable Start worker;

        private Builder(String bootstrap) {
            this.bootstrap = bootstrap.strip();
            if (this.bootstrap.isEmpty()) {
                throw new EpikException("bootstrapServers is empty: give addresses of brokers, such as kafka1:9092");
            }
        }

        /**
         * Sets the topic of the events; by default {@code epik-events}. The names of the retry topics and of the
         * dead-letter topic are this one with {@code -retry}, {@code -retry-later} and {@code -dead}.
         *
         * @throws EpikException if the name is invalid
         */
        public Builder topic(String name) {
            this.topic = checked("topic", name);
            return this;
        }

        /**
         * Sets the consumer group of the workers; by default the name of the topic. All workers need the same one. The
         * programs that only store need it for {@link KafkaStore#unread}.
         *
         * @throws EpikException if the name is invalid
         */
        public Builder group(String name) {
            this.group = checked("group", name);
            return this;
        }

        /**
         * Sets a property of Kafka's clients, such as {@code security.protocol}. Each client gets those that it knows.
         * One that no client knows is for a class that another property names; all clients get it.
         *
         * @param value a text, or an object that such a class expects
         * @throws EpikException if it is one that Epik needs with another value; the message has the cure
         */
        public Builder property(String name, Object value) {
            KafkaProperties.check(name, value);
            properties.put(name, value);
            return this;
        }

        /**
         * Sets how many events a worker holds in memory; 5000 by default. It reads no more until some are settled.
         *
         * @throws EpikException if the number is not between 1 and 1,000,000
         */
        public Builder window(int events) {
            if (events < 1 || events > MAX_WINDOW) {
                throw new EpikException("window is " + events + "; give 1 to " + MAX_WINDOW);
            }
            this.window = events;
            return this;
        }

        /**
         * Sets how many partitions the events of one ad account are in; 1 by default. One worker then has the whole ad
         * account, with its pauses and large batches, and sends some 1,000 events a second. Set more if one ad account
         * has more events than that. All programs that store need the same number; while it changes, duplicates may
         * meet different workers.
         *
         * @throws EpikException if the number is not between 1 and 1,000
         */
        public Builder spread(int partitions) {
            if (partitions < 1 || partitions > MAX_SPREAD) {
                throw new EpikException("spread is " + partitions + "; give 1 to " + MAX_SPREAD);
            }
            this.spread = partitions;
            return this;
        }

        /**
         * Creates the topics that do not exist. By default that is left to the operator, and {@link #build} fails if
         * one is missing.
         *
         * @param partitions of the topics of events and retries: at most this many workers share the work
         * @param replication how many brokers have each event
         * @throws EpikException if a number is out of range
         */
        public Builder createTopics(int partitions, int replication) {
            if (partitions < 1 || partitions > MAX_PARTITIONS || replication < 1 || replication > Short.MAX_VALUE) {
                throw new EpikException("createTopics(" + partitions + ", " + replication + "): give 1 to "
                        + MAX_PARTITIONS + " partitions and at least 1 replica");
            }
            this.creation = Optional.of(new TopicCheck.Creation(partitions, (short) replication));
            return this;
        }

        /**
         * Makes the client that uses the store deliver what is in the topics, as one of the workers. By default events
         * are only stored.
         */
        public Builder deliver() {
            this.worker = KafkaWorker::of;
            return this;
        }

        private static String checked(String setting, String name) {
            if (!NAME.matcher(name).matches()) {
                throw new EpikException("The " + setting + " of Kafka has " + name.length()
                        + " characters: give 1 to 200 letters, digits, '.', '_' and '-'");
            }
            return name;
        }

        /**
         * Opens the store. Waits at most some 5 s for a broker. If none answers, the store is opened all the same:
         * events fail until a broker answers.
         *
         * @throws EpikException if a property is invalid, if a topic does not exist, or if Kafka refuses the user
         */
        public KafkaStore build() {
            KafkaSettings settings = new KafkaSettings(
                    bootstrap,
                    topic,
                    group == null ? topic : Objects.requireNonNull(group),
                    Map.copyOf(properties),
                    window,
                    spread);
            List<String> needed = worker == null
                    ? settings.waitingTopics()
                    : List.of(settings.topic(), settings.retryTopic(), settings.laterTopic(), settings.deadTopic());
            List<AutoCloseable> opened = new ArrayList<>();
            try {
                Admin admin = Admin.create(KafkaProperties.admin(settings));
                opened.add(() -> admin.close(Duration.ZERO));
                TopicCheck check = new TopicCheck(settings, needed, creation, admin);
                opened.add(check);
                check.start();
                KafkaSender sender = sender(settings, check);
                opened.add(sender);
                return new KafkaStore(settings, admin, check, sender, worker);
            } catch (Throwable e) {
                Waiting.closeAll(opened);
                if (e instanceof KafkaException) {
                    throw new EpikException(
                            "A Kafka property is invalid, or an address in " + bootstrap
                                    + " is: check property(…). Cause: " + KafkaErrors.rootCause(e),
                            e);
                }
                throw e;
            }
        }

        private static KafkaSender sender(KafkaSettings settings, TopicCheck check) {
            Map<String, Object> properties = KafkaProperties.producer(settings);
            Object timeout = properties.get(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG);
            return new KafkaSender(
                    () -> new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer()),
                    SILENCE_AFTER_TIMEOUT.plusMillis(Long.parseLong(String.valueOf(timeout))),
                    check::problem,
                    "Kafka at " + settings.bootstrap() + ": ");
        }
    }
}
