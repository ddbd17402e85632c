// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.worker;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.AccountClient.RedriveResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Backlog;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.BooksDifference;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.DueAccount;
import dev.epik.capi.outbox.spi.FoundEvent;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.Peek;
import dev.epik.capi.outbox.spi.SettleResult;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.kafka.broker.KafkaSettings;
import dev.epik.kafka.broker.Waiting;
import dev.epik.kafka.producer.RecordSender;
import dev.epik.kafka.record.RecordFormat;
import dev.epik.kafka.window.WindowInput;
import dev.epik.kafka.window.WindowRows;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The events that a worker has read and not settled, as the outbox from which delivery sends. Storing goes to the
 * topic. Thread-safe; nothing in here waits for the broker, except the calls about dead letters.
 *
 * <p><b>In a crash</b> no event is lost: its record is read again. Pauses of ad accounts are forgotten.
 */
public final class Window implements Outbox {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Longer than the minute after which events of a paused ad account move to a retry topic. */
    private static final Duration UNKNOWN_PAUSE = Duration.ofMinutes(2);

    private final WindowInput input;
    private final WindowRows rows;
    private final KafkaSettings settings;
    private final RecordSender sender;
    private final DeadLetterTopic deadLetters;
    private final IntSupplier replacedThreads;

    /**
     * Creates the outbox of what this input reads.
     *
     * @param sender stores events in the topic
     * @param replacedThreads see {@link Outbox#replacedThreads}; it also replaces a thread that has ended
     */
    Window(WindowInput input, KafkaSettings settings, RecordSender sender, IntSupplier replacedThreads) {
        this.input = input;
        this.rows = input.rows;
        this.settings = settings;
        this.sender = sender;
        this.deadLetters = new DeadLetterTopic(settings, sender);
        this.replacedThreads = replacedThreads;
    }

    @Override
    public CompletableFuture<Added> add(StoredEvent event) {
        return sender.send(RecordFormat.event(settings.topic(), event, false), LIMIT)
                .thenApply(stored -> Added.STORED);
    }

    @Override
    public CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
        return Waiting.forAll(events.stream().map(this::add).toList());
    }

    /** Cancels an event that is in the window. The store cancels those that are elsewhere. */
    @Override
    public CancelResult cancel(StoredEvent.Key key) {
        synchronized (input) {
            return rows.cancel(key);
        }
    }

    /** Returns none. */
    @Override
    public Set<Capability> capabilities() {
        return Set.of();
    }

    @Override
    public List<DueAccount> dueAccounts() {
        var unused = replacedThreads.getAsInt();
        synchronized (input) {
            return rows.waiting.dueAccounts();
        }
    }

    @Override
    public Peek peek(String adAccount, int max) {
        synchronized (input) {
            return rows.waiting.peek(adAccount, max);
        }
    }

    @Override
    public Optional<Batch> claim(String adAccount, ClaimKind kind, int maxEvents, long maxBytes, Duration lease) {
        synchronized (input) {
            return rows.waiting.claim(adAccount, kind, maxEvents, maxBytes, lease);
        }
    }

    @Override
    public boolean extend(Batch batch, Duration lease) {
        synchronized (input) {
            return rows.waiting.extend(batch, lease);
        }
    }

    @Override
    public SettleResult settle(Batch batch, List<Settlement> settlements) {
        synchronized (input) {
            SettleResult result = rows.settle(batch, settlements);
            input.notifyAll(); // a revocation may wait for it
            return result;
        }
    }

    @Override
    public void pause(String adAccount, Duration time, String reason) {
        synchronized (input) {
            rows.waiting.pause(adAccount, time, reason);
        }
    }

    @Override
    public void resume(String adAccount) {
        synchronized (input) {
            rows.waiting.resume(adAccount);
        }
    }

    /** Pauses the ad account for 2 minutes, so that its events move to a retry topic and others can be read. */
    @Override
    public void noteUnknown(String adAccount) {
        pause(adAccount, UNKNOWN_PAUSE, "The ad account is unknown to this worker");
    }

    /** Releases the suspects in the window; those in the retry topics become due by themselves. */
    @Override
    public int releaseSuspects(String adAccount, String suspectReason) {
        synchronized (input) {
            return rows.waiting.releaseSuspects(adAccount, suspectReason);
        }
    }

    /** Counts the events in the window. The dead letters are in their topic, and are not counted. */
    @Override
    public Backlog backlog(String adAccount) {
        synchronized (input) {
            return rows.waiting.backlog(adAccount, 0);
        }
    }

    @Override
    public List<DeadLetter> deadLetters(String adAccount, int max) {
        return deadLetters.deadLetters(adAccount, max);
    }

    /** Returns none: counting them would read the whole dead-letter topic, which keeps them until a redrive. */
    @Override
    public Map<String, Integer> deadLettersOlderThan(Duration age) {
        return Map.of();
    }

    @Override
    public RedriveResult redrive(String adAccount, DeadLetter.Which which, DeadLetter.Scope scope) {
        return deadLetters.redrive(adAccount, which, scope);
    }

    /** Searches the window only, so this store has no {@link Capability#SEARCHES}. */
    @Override
    public List<FoundEvent> find(Predicate<StoredEvent> which) {
        List<StoredEvent> waiting;
        synchronized (input) {
            waiting = rows.waiting.rows().stream().map(row -> row.event).toList();
        }
        Stream<StoredEvent> found = waiting.stream().filter(which);
        return found.map(event -> new FoundEvent(event.key(), false)).toList();
    }

    @Override
    public boolean forgetDelivered(StoredEvent.Key key) {
        synchronized (input) {
            return rows.delivered.remove(key);
        }
    }

    /** Forgets delivered ids. Dead letters stay in their topic. */
    @Override
    public Map<String, Integer> forget(Duration deliveredOlderThan, Duration deadOlderThan) {
        synchronized (input) {
            rows.forget(deliveredOlderThan);
        }
        return Map.of();
    }

    /** Returns none: this store keeps no books. */
    @Override
    public List<BooksDifference> verify() {
        return List.of();
    }

    /** Returns how many partitions this worker has. */
    public int partitions() {
        return input.partitions();
    }

    @Override
    public int replacedThreads() {
        return replacedThreads.getAsInt();
    }

    /** Has no effect: the store closes the worker. */
    @Override
    public void close() {}
}
