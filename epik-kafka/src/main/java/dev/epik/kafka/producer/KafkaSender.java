// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.producer;

import dev.epik.capi.failure.ContainedLog;
import dev.epik.capi.outbox.queue.WriterQueue;
import dev.epik.kafka.broker.KafkaErrors;
import dev.epik.kafka.broker.KafkaThreads;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's producer, with deadlines. The calling thread hands its record over to the producer. If the producer does not
 * take it, because it knows no broker or its buffer is full, the record waits in a queue. The thread
 * {@code epik-kafka-supervisor} hands it over later, answers callers at their deadlines, and replaces a producer that
 * does not work any more. Nothing waits inside Kafka's client. Thread-safe.
 */
public final class KafkaSender implements RecordSender, AutoCloseable {
    public static final int MAX_WAITING = 10_000;
    static final Duration MAX_CLOSE_TIME = Duration.ofSeconds(10);

    private static final Logger LOG = System.getLogger(KafkaSender.class.getName());
    private static final long MAX_BYTES = 32 << 20;
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(5);
    private static final Duration ROOM_CHECK_INTERVAL = Duration.ofMillis(2);
    private static final Duration MIN_PRODUCER_AGE = Duration.ofSeconds(10);
    private static final int MAX_GROUP = 500;
    private static final String CLOSED = "The store is closed: close what uses it first, and store nothing after";

    private final Supplier<? extends Producer<byte[], byte[]>> producers;
    private final Duration maxSilence;
    private final Duration minProducerAge;
    private final Supplier<String> problem;
    private final String prefix;
    private final WriterQueue<PendingRecord> waiting = new WriterQueue<>(MAX_WAITING, MAX_BYTES, PendingRecord::bytes);

    /** The records that are not answered, wherever they are. */
    private final Set<PendingRecord> open = ConcurrentHashMap.newKeySet();

    private final EarliestDeadline earliest = new EarliestDeadline(System.nanoTime());

    /** Set while the thread completes futures: a caller in there must not wait. */
    private final ThreadLocal<Boolean> completing = ThreadLocal.withInitial(() -> false);

    /** How many records the producer has. Each producer has a count of its own: a closed one still answers. */
    private volatile AtomicLong inProducer = new AtomicLong();

    private final Object lifecycle = new Object();
    private volatile Producer<byte[], byte[]> producer;
    private volatile long lastSign = System.nanoTime();
    private volatile long producerSince = System.nanoTime();
    private volatile boolean producerFailed;
    private final ProducerCloser closer = new ProducerCloser();

    /** Why records waited last; empty if Kafka has acknowledged one since. */
    private volatile String obstacle = "";

    private volatile Thread supervisor = new Thread(() -> {});
    private volatile boolean parked;
    private volatile boolean closing;
    private volatile boolean closed;

    /**
     * Starts with a first producer.
     *
     * @param producers makes a producer that never blocks its caller
     * @param maxSilence after which a producer that has records and reports nothing is replaced
     * @param problem returns why Kafka cannot be used; empty if no reason is known
     * @param prefix the beginning of messages, which names the brokers
     */
    public KafkaSender(
            Supplier<? extends Producer<byte[], byte[]>> producers,
            Duration maxSilence,
            Supplier<String> problem,
            String prefix) {
        this(producers, maxSilence, MIN_PRODUCER_AGE, problem, prefix);
    }

    /** @param minProducerAge before which a producer is not replaced */
    public KafkaSender(
            Supplier<? extends Producer<byte[], byte[]>> producers,
            Duration maxSilence,
            Duration minProducerAge,
            Supplier<String> problem,
            String prefix) {
        this.minProducerAge = minProducerAge;
        this.producers = producers;
        this.maxSilence = maxSilence;
        this.problem = problem;
        this.prefix = prefix;
        this.producer = producers.get();
        startSupervisor();
    }

    @Override
    public CompletableFuture<Void> send(ProducerRecord<byte[], byte[]> record, Duration deadline) {
        PendingRecord pending = new PendingRecord(record, deadline, open::remove);
        if (closing) {
            pending.fail(CLOSED, null, true);
            return pending.answer;
        }
        open.add(pending);
        earliest.add(pending.deadline);
        if (!waiting.isEmpty() || !handOver(pending)) {
            enqueue(pending);
        }
        ensureSupervised();
        return pending.answer;
    }

    /** Returns false if the producer did not take the record. */
    private boolean handOver(PendingRecord pending) {
        if (!pending.handOver()) {
            return true;
        }
        AtomicLong count = inProducer;
        if (count.getAndIncrement() == 0) {
            lastSign = System.nanoTime();
        }
        Throwable refusal = sendByProducer(pending, count);
        if (refusal == null) {
            return true;
        }
        count.decrementAndGet();
        if (KafkaErrors.isOfRecord(refusal) && !KafkaErrors.isTransient(refusal)) {
            fail(pending, refusal, true);
            return true;
        }
        note(refusal);
        pending.putBack(false);
        return false;
    }

    /** Returns why the producer did not take the record; null if it took it. */
    private @Nullable Throwable sendByProducer(PendingRecord pending, AtomicLong count) {
        Handover handover = new Handover(pending, count);
        try {
            var unused = producer.send(pending.record, handover);
        } catch (InterruptException e) { // it has restored the interrupt
            return new TimeoutException("interrupted");
        } catch (RuntimeException e) {
            return e;
        }
        return handover.refusal();
    }

    /** Gets the answer of the producer: from within {@code send} if it does not take the record. */
    private final class Handover implements Callback {
        private final PendingRecord pending;
        private final AtomicLong count;
        private final Thread caller = Thread.currentThread();
        private @Nullable Exception refusal;

        /** Used by the caller alone. */
        private boolean returned;

        Handover(PendingRecord pending, AtomicLong count) {
            this.pending = pending;
            this.count = count;
        }

        @Nullable
        Throwable refusal() {
            returned = true;
            return refusal;
        }

        @Override
        public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception e) {
            if (Thread.currentThread() == caller && !returned) {
                refusal = e;
                return;
            }
            lastSign = System.nanoTime();
            count.decrementAndGet();
            completing.set(true);
            try {
                answered(pending, e);
            } finally {
                completing.remove();
            }
        }
    }

    private void answered(PendingRecord pending, @Nullable Exception e) {
        if (e == null) {
            obstacle = "";
            pending.stored();
            return;
        }
        boolean certain = KafkaErrors.isCertainlyNotStored(e);
        if (KafkaErrors.isOfRecord(e) && !KafkaErrors.isTransient(e)) {
            fail(pending, e, certain);
            return;
        }
        note(e);
        pending.putBack(!certain); // for another try, until its deadline
        if (pending.isAnswered()) {
            return;
        }
        if (waiting.offer(pending, WriterQueue.Priority.NORMAL) != WriterQueue.Offered.QUEUED) {
            fail(pending, e, certain);
        }
    }

    private void note(Throwable e) {
        if (closing && e instanceof IllegalStateException) {
            return; // the producer is closed
        }
        if (obstacle.isEmpty() || !(e instanceof TimeoutException)) { // a timeout has no cause
            obstacle = KafkaErrors.describe(e);
        }
        if (!KafkaErrors.isTransient(e)) {
            producerFailed = true;
        }
    }

    private void fail(PendingRecord pending, Throwable e, boolean isCertain) {
        pending.fail(prefix + KafkaErrors.describe(e), e, isCertain);
    }

    /** Returns whether less than half of the queue is used, so that other callers do not fill it meanwhile. */
    @Override
    public boolean hasRoom() {
        return waiting.isHalfEmpty();
    }

    /** Queues the record. If the queue is full, the caller waits for room until the deadline. */
    private void enqueue(PendingRecord pending) {
        WriterQueue.Offered offered = waiting.offer(pending, WriterQueue.Priority.NORMAL);
        while (offered == WriterQueue.Offered.FULL && pending.nanosLeft() > 0 && !completing.get()) {
            if (Thread.currentThread().isInterrupted()) {
                pending.fail("Interrupted while the buffer for Kafka was full", null, true);
                return;
            }
            ensureSupervised();
            LockSupport.parkNanos(this, ROOM_CHECK_INTERVAL.toNanos());
            offered = waiting.offer(pending, WriterQueue.Priority.NORMAL);
        }
        if (offered == WriterQueue.Offered.FULL) {
            pending.fail("The buffer for Kafka is full. " + reason(), null, true);
        } else if (offered == WriterQueue.Offered.CLOSED) {
            pending.fail(CLOSED, null, true);
        }
    }

    /** Returns why records wait. */
    private String reason() {
        String known = problem.get();
        if (!known.isEmpty()) {
            return known;
        }
        String last = obstacle;
        return prefix + (last.isEmpty() ? KafkaErrors.describe(new TimeoutException()) : last);
    }

    // --- the supervisor

    private void startSupervisor() {
        Thread next = KafkaThreads.daemon("epik-kafka-supervisor", this::supervise);
        supervisor = next;
        next.start();
    }

    /** Wakes the supervisor, or replaces it if something ended it. */
    void ensureSupervised() {
        if (parked) {
            parked = false;
            LockSupport.unpark(supervisor);
        }
        if (!supervisor.isAlive() && !closed) {
            synchronized (lifecycle) {
                if (!supervisor.isAlive() && !closed) {
                    startSupervisor();
                }
            }
        }
    }

    private void supervise() {
        while (!closed) {
            try {
                if (isQuiet()) {
                    parked = true;
                    if (isQuiet()) {
                        LockSupport.park(this);
                    }
                    parked = false;
                }
                runOnce(System.nanoTime());
                LockSupport.parkNanos(this, CHECK_INTERVAL.toNanos());
                if (Thread.interrupted()) {
                    ContainedLog.log(LOG, Level.DEBUG, "The supervisor of Kafka was interrupted; ignored");
                }
            } catch (Throwable e) { // the thread must live
                ContainedLog.log(
                        LOG,
                        Level.ERROR,
                        "Supervising Kafka failed: {0}",
                        e.getClass().getName());
                LockSupport.parkNanos(this, CHECK_INTERVAL.toNanos());
            }
        }
    }

    private boolean isQuiet() {
        return open.isEmpty() && !closed;
    }

    private void runOnce(long now) {
        if (earliest.hasPassed(now)) {
            failLate(now);
        }
        boolean isSilent = inProducer.get() > 0 && now - lastSign > maxSilence.toNanos();
        if ((producerFailed || isSilent) && now - producerSince > minProducerAge.toNanos()) {
            replaceProducer(isSilent);
        }
        handOverWaiting();
    }

    private void failLate(long now) {
        boolean anyLate = false;
        for (PendingRecord pending : open) {
            if (pending.failIfLate(now, this::reason)) {
                anyLate = true;
            } else {
                earliest.add(pending.deadline);
            }
        }
        if (anyLate) {
            waiting.removeIf(PendingRecord::isAnswered);
        }
    }

    private void handOverWaiting() {
        List<PendingRecord> group = new ArrayList<>();
        boolean taken = true;
        while (taken && !waiting.isEmpty()) {
            group.clear();
            waiting.poll(group, MAX_GROUP, 0);
            for (int i = 0; i < group.size() && taken; i++) {
                taken = handOver(group.get(i));
                if (!taken) {
                    waiting.putBack(group.subList(i, group.size()));
                }
            }
        }
    }

    /**
     * Opens another producer, and closes the old one in a thread of its own, because that waits for Kafka's thread.
     * Closing it makes its records wait again. If several do not end, no other one is opened.
     */
    private void replaceProducer(boolean isSilent) {
        if (closer.isBusy()) {
            return;
        }
        ContainedLog.log(
                LOG,
                Level.ERROR,
                "The producer of Kafka {0} It is replaced",
                isSilent ? "reports nothing. Did the process run out of memory?" : "cannot go on: " + reason() + ".");
        producerSince = System.nanoTime();
        Producer<byte[], byte[]> old = producer;
        producer = producers.get();
        producerFailed = false;
        inProducer = new AtomicLong();
        closer.closeLater(old);
    }

    // --- closing

    /** Sends the records that wait, and ends the threads, within some 10 s. */
    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        boolean interrupted = Thread.interrupted(); // an interrupted caller closes as well
        long end = System.nanoTime() + MAX_CLOSE_TIME.toNanos();
        while (open.stream().anyMatch(PendingRecord::isWaiting)
                && end - System.nanoTime() > MAX_CLOSE_TIME.toNanos() / 2) {
            ensureSupervised();
            LockSupport.parkNanos(this, CHECK_INTERVAL.toNanos());
            interrupted |= Thread.interrupted();
        }
        waiting.close();
        interrupted |= closer.closeNow(producer, end);
        closed = true;
        LockSupport.unpark(supervisor);
        for (PendingRecord pending : open) {
            pending.fail("The store was closed before the event was stored. " + reason(), null, false);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
