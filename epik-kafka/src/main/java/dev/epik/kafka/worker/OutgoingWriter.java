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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

    private final KafkaSettings settings;
    private final RecordSender sender;
    private final WindowInput input;
    private final Clock clock;

    /** When a topic last refused a record, in ms. A topic is missing once it has taken one again. */
    private final Map<String, Long> failures = new ConcurrentHashMap<>();

    /** The topics that have refused a record as too large. */
    private final Set<String> tooSmall = ConcurrentHashMap.newKeySet();

    OutgoingWriter(KafkaSettings settings, RecordSender sender, WindowInput input, Clock clock) {
        this.clock = clock;
        this.settings = settings;
        this.sender = sender;
        this.input = input;
    }

    /** Hands what waits over to the sender. */
    void flush() {
        List<Outgoing> taken = input.takeOutgoing();
        int done = 0;
        try {
            for (Outgoing each : taken) {
                write(each);
                done++;
            }
        } finally { // an Error must not lose what is left
            taken.subList(done, taken.size()).forEach(each -> input.notWritten(each, false));
        }
    }

    private void write(Outgoing record) {
        String topic = topic(record);
        if (hasJustFailed(topic) || !sender.hasRoom()) {
            input.notWritten(record, false);
            return;
        }
        try {
            var unused =
                    sender.send(record(topic, record), LIMIT).whenComplete((stored, e) -> onAnswer(topic, record, e));
        } catch (RuntimeException e) { // such as a sender that is closed
            onAnswer(topic, record, e);
        }
    }

    private boolean hasJustFailed(String topic) {
        Long failed = failures.get(topic);
        return failed != null && Math.abs(clock.millis() - failed) < RETRY_MILLIS;
    }

    private void onAnswer(String topic, Outgoing record, @Nullable Throwable e) {
        if (e == null) {
            failures.remove(topic);
            input.written(record);
            return;
        }
        boolean isTooLarge = isTooLarge(e);
        boolean isForAll = !isTooLarge
                || (!(record instanceof Outgoing.Move) && record.reduced().equals(record));
        boolean isNew = isForAll ? failures.put(topic, clock.millis()) == null : tooSmall.add(topic);
        if (isNew) {
            ContainedLog.log(
                    LOG,
                    Level.ERROR,
                    isForAll
                            ? "Events could not be written to {0}, and are written later: {1}"
                            : "An event is too large for {0}. The others are written. {1}",
                    topic,
                    String.valueOf(KafkaErrors.unwrapped(e).getMessage()));
        }
        input.notWritten(record, isTooLarge);
    }

    private static boolean isTooLarge(Throwable e) {
        Throwable cause = KafkaErrors.unwrapped(e).getCause();
        return cause != null && KafkaErrors.refusesRecord(cause);
    }

    private String topic(Outgoing outgoing) {
        if (outgoing instanceof Outgoing.Move move) {
            return move.delay() == RetryDelay.SOON ? settings.retryTopic() : settings.laterTopic();
        }
        return settings.deadTopic();
    }

    private ProducerRecord<byte[], byte[]> record(String topic, Outgoing outgoing) {
        if (outgoing instanceof Outgoing.Move move) {
            WindowRow row = move.row();
            // not the time at which it was stored by this worker's clock: a request to cancel is compared with this
            RecordFormat.Retry retry = new RecordFormat.Retry(
                    move.due(), row.rounds + 1, Instant.ofEpochMilli(row.writtenAt), row.history());
            return atThisTime(RecordFormat.retry(topic, row.event, row.redriven, retry));
        }
        if (outgoing instanceof Outgoing.Dead dead) {
            return RecordFormat.dead(
                    topic,
                    new DeadLetter(dead.row().event, dead.reason(), dead.since()),
                    dead.from().id(),
                    dead.offset());
        }
        Outgoing.Foreign foreign = (Outgoing.Foreign) outgoing;
        return RecordFormat.unreadable(topic, foreign.record(), foreign.reason(), foreign.since());
    }

    /** Adds the time by the clock that has decided when the event is due, because its reader compares both. */
    private ProducerRecord<byte[], byte[]> atThisTime(ProducerRecord<byte[], byte[]> record) {
        return new ProducerRecord<>(
                record.topic(), null, clock.millis(), record.key(), record.value(), record.headers());
    }
}
