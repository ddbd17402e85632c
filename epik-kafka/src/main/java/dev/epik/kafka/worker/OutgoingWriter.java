// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.worker;

import dev.epik.capi.DeadLetter;
import dev.epik.capi.failure.ContainedLog;
import dev.epik.kafka.broker.KafkaErrors;
import dev.epik.kafka.broker.KafkaSettings;
import dev.epik.kafka.producer.RecordSender;
import dev.epik.kafka.record.RecordFormat;
import dev.epik.kafka.window.Outgoing;
import dev.epik.kafka.window.RetryDelay;
import dev.epik.kafka.window.WindowInput;
import dev.epik.kafka.window.WindowRow;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes the outgoing records of a window to the retry topics and the dead-letter topic. It does not wait for the
 * broker; what could not be written is written again after a second. Thread-safe.
 */
final class OutgoingWriter {
    private static final Logger LOG = System.getLogger(KafkaWorker.class.getName());
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long RETRY_MILLIS = 1_000;

    /** For how long nothing is moved after a move has failed, in ms. */
    private static final long NO_MOVES = 30_000;

    private final KafkaSettings settings;
    private final RecordSender sender;
    private final WindowInput input;
    private final AtomicBoolean failing = new AtomicBoolean();
    private final Clock clock;
    private volatile long failedAt;

    OutgoingWriter(KafkaSettings settings, RecordSender sender, WindowInput input, Clock clock) {
        this.clock = clock;
        this.settings = settings;
        this.sender = sender;
        this.input = input;
    }

    /** Hands what waits over to the sender. */
    void flush() {
        if (hasJustFailed()) {
            return;
        }
        for (Outgoing each : input.takeOutgoing()) {
            if (hasJustFailed()) { // such as a full buffer: no more than one record waits for room
                input.notWritten(each, NO_MOVES);
                continue;
            }
            try {
                var unused = sender.send(record(each), LIMIT).whenComplete((stored, e) -> onAnswer(each, e));
            } catch (RuntimeException e) { // such as a sender that is closed
                onAnswer(each, e);
            }
        }
    }

    private boolean hasJustFailed() {
        return Math.abs(clock.millis() - failedAt) < RETRY_MILLIS;
    }

    private void onAnswer(Outgoing record, @Nullable Throwable e) {
        if (e == null) {
            failing.set(false);
            input.written(record);
            return;
        }
        boolean isTooLarge = isTooLarge(e) && !record.reduced().equals(record);
        if (!isTooLarge) {
            failedAt = clock.millis();
        }
        if (!failing.getAndSet(true)) {
            ContainedLog.log(
                    LOG,
                    Level.ERROR,
                    "Events could not be written to {0} or {1}, and are written later: {2}",
                    settings.retryTopic(),
                    settings.deadTopic(),
                    String.valueOf(KafkaErrors.unwrapped(e).getMessage()));
        }
        input.notWritten(isTooLarge ? record.reduced() : record, NO_MOVES);
    }

    private static boolean isTooLarge(Throwable e) {
        Throwable cause = KafkaErrors.unwrapped(e).getCause();
        return cause != null && KafkaErrors.refusesRecord(cause);
    }

    private ProducerRecord<byte[], byte[]> record(Outgoing outgoing) {
        if (outgoing instanceof Outgoing.Move move) {
            WindowRow row = move.row();
            RecordFormat.Retry retry = new RecordFormat.Retry(
                    move.due(), row.rounds + 1, Instant.ofEpochMilli(row.storedAt), row.history());
            String topic = move.delay() == RetryDelay.SOON ? settings.retryTopic() : settings.laterTopic();
            return RecordFormat.retry(topic, row.event, row.redriven, retry);
        }
        if (outgoing instanceof Outgoing.Dead dead) {
            return RecordFormat.dead(
                    settings.deadTopic(),
                    new DeadLetter(dead.row().event, dead.reason(), dead.since()),
                    dead.from().id(),
                    dead.offset());
        }
        Outgoing.Foreign foreign = (Outgoing.Foreign) outgoing;
        return RecordFormat.unreadable(settings.deadTopic(), foreign.record(), foreign.reason(), foreign.since());
    }
}
