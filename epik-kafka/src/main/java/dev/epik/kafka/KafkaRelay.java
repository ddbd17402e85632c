// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.DueAccount;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.kafka.relay.RelayThread;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.ObjIntConsumer;

/**
 * Stores events in an outbox, and moves them from there to Kafka. A {@link dev.epik.capi.outbox.JdbcOutbox} stores an
 * order and its event in one transaction. A {@link dev.epik.capi.outbox.SqliteOutbox} takes events while Kafka is away.
 *
 * <p><b>In a crash</b> nothing is lost that was reported as stored. An event is settled in the outbox after Kafka has
 * acknowledged it. If the process or the database fails in between, the event is written to Kafka once more, and the
 * worker removes the duplicate. Several nodes may share the outbox: each claims events of its own.
 *
 * <p><b>If Kafka is away,</b> events wait in the outbox, and none is refused. An event that Kafka will never take,
 * because it is too large, becomes a dead letter of the outbox.
 *
 * <p><b>The outbox's books</b> count an event as accepted when Kafka has acknowledged it. Likewise the outbox remembers
 * it as delivered, for 30 days, and reports a duplicate. Only the workers know the answers of Pinterest.
 *
 * <p><b>Threads.</b> Thread-safe. The daemon {@code epik-kafka-relay} moves the events. Storing an event wakes it, as
 * does the commit of a transaction that the client knows. It finds other events within 2 s.
 *
 * <p><b>Lifetime.</b> {@link #close} closes the outbox and the Kafka store too.
 */
public final class KafkaRelay implements EventStore {
    private final Outbox outbox;
    private final KafkaStore kafka;
    private final RelayThread thread;

    private KafkaRelay(Outbox outbox, KafkaStore kafka) {
        this.outbox = outbox;
        this.kafka = kafka;
        this.thread = new RelayThread(outbox, kafka::add);
    }

    /**
     * Returns a store that moves events from this outbox to Kafka, and starts its thread.
     *
     * @param outbox where events are stored first. No client may deliver from it
     * @param kafka where the workers find them
     */
    public static KafkaRelay of(Outbox outbox, KafkaStore kafka) {
        KafkaRelay relay = new KafkaRelay(outbox, kafka);
        relay.thread.ensureRunning();
        return relay;
    }

    @Override
    public CompletableFuture<Added> add(StoredEvent event) {
        return woken(outbox.add(event));
    }

    @Override
    public CompletableFuture<Added> add(StoredEvent event, Duration deadline) {
        return woken(outbox.add(event, deadline));
    }

    @Override
    public List<CompletableFuture<Added>> addEach(List<StoredEvent> events, Duration deadline) {
        return outbox.addEach(events, deadline).stream().map(this::woken).toList();
    }

    @Override
    public CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
        return woken(outbox.addAll(events));
    }

    private <T> CompletableFuture<T> woken(CompletableFuture<T> stored) {
        return stored.whenComplete((added, e) -> thread.wake());
    }

    @Override
    public void committed(String adAccount, int events) {
        thread.wake();
    }

    /**
     * Removes the event from the outbox if it is there, and otherwise asks the workers to remove it.
     *
     * @return {@link CancelResult#CANCELLED} or {@link CancelResult#REQUESTED}
     */
    @Override
    public CancelResult cancel(StoredEvent.Key key) {
        CancelResult here = outbox.cancel(key);
        return here == CancelResult.CANCELLED ? here : kafka.cancel(key);
    }

    /** Returns {@link Capability#REPORTS_DUPLICATES}. */
    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.REPORTS_DUPLICATES);
    }

    /** Returns the window of the Kafka store, if that delivers. */
    @Override
    public Optional<Outbox> deliveryOutbox() {
        return kafka.deliveryOutbox();
    }

    /**
     * Returns how many events wait in the outbox, on the way to Kafka, and in Kafka. Reads all that wait in the outbox,
     * and asks Kafka.
     *
     * @throws OutboxException if the outbox or Kafka does not answer
     */
    @Override
    public long unread() {
        return outbox.dueAccounts().stream()
                        .map(DueAccount::adAccount)
                        .mapToLong(account -> outbox.backlog(account).waiting())
                        .sum()
                + kafka.unread();
    }

    @Override
    public void connect(Duration submitTimeout, ObjIntConsumer<String> moved) {
        outbox.connect(submitTimeout, (account, events) -> thread.wake());
        kafka.connect(submitTimeout, moved);
        thread.wake();
    }

    /** Returns the store behind the outbox, so that events can be submitted in a transaction of the caller. */
    @Override
    public EventStore database() {
        return outbox.database();
    }

    /**
     * Completes the writes to Kafka, ends the threads, and closes the Kafka store and the outbox, within some 20 s.
     * Events that wait stay in the outbox.
     */
    @Override
    public void close() {
        try (outbox) {
            thread.close();
            kafka.close();
            thread.join();
        }
    }
}
