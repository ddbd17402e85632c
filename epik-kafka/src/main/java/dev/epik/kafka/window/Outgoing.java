// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.window;

import dev.epik.capi.StoredEvent;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** A record to write. When the broker has acknowledged it, the record that it comes from is settled. */
public sealed interface Outgoing {
    AssignedPartition from();

    long offset();

    /** Returns the event; empty if it could not be read. */
    Optional<StoredEvent.Key> key();

    /** Returns the length of what it holds. */
    long bytes();

    /** Returns the record to write if Kafka refuses this one as too large. */
    default Outgoing reduced() {
        return this;
    }

    /** The record has an event of the window. */
    sealed interface OfEvent extends Outgoing {
        /** Returns the event and the record that it was read from. */
        WindowRow row();

        @Override
        default long bytes() {
            return row().event.json().length();
        }

        @Override
        default AssignedPartition from() {
            return row().from;
        }

        @Override
        default long offset() {
            return row().offset;
        }

        @Override
        default Optional<StoredEvent.Key> key() {
            return Optional.of(row().event.key());
        }
    }

    /** An event goes to a retry topic, and can be sent again at this time. */
    record Move(WindowRow row, RetryDelay delay, Instant due) implements OfEvent {}

    /** An event becomes a dead letter. */
    record Dead(WindowRow row, String reason, Instant since) implements OfEvent {
        private static final String SHORT = "The reason was too long";

        /** Returns the dead letter with a short reason. */
        @Override
        public Outgoing reduced() {
            return reason.equals(SHORT) ? Foreign.placeOf(row, since) : new Dead(row, SHORT, since);
        }
    }

    /** A record that is no event becomes a dead letter as it is. */
    record Foreign(
            AssignedPartition from,
            ConsumerRecord<byte @Nullable [], byte @Nullable []> record,
            String reason,
            Instant since)
            implements Outgoing {
        private static final String WITHOUT_VALUE = ". It is too large for this topic: only its place is kept";

        /** Returns the place of an event that is too large as a dead letter. */
        static Foreign placeOf(WindowRow row, Instant since) {
            return new Foreign(row.from, place(row.from.id(), row.offset), "An event" + WITHOUT_VALUE, since);
        }

        private static ConsumerRecord<byte @Nullable [], byte @Nullable []> place(TopicPartition id, long offset) {
            return new ConsumerRecord<>(id.topic(), id.partition(), offset, null, null);
        }

        /** Returns the size of the record. */
        @Override
        public long bytes() {
            long bytes = Math.max(0L, record.serializedKeySize()) + Math.max(0L, record.serializedValueSize());
            for (Header each : record.headers()) {
                byte[] value = each.value();
                bytes += each.key().length() + (value == null ? 0 : value.length);
            }
            return bytes;
        }

        /** Returns the dead letter without key, value and headers of the record. */
        @Override
        public Outgoing reduced() {
            if (reason.endsWith(WITHOUT_VALUE)) {
                return this;
            }
            return new Foreign(from, place(from.id(), record.offset()), reason + WITHOUT_VALUE, since);
        }

        @Override
        public long offset() {
            return record.offset();
        }

        @Override
        public Optional<StoredEvent.Key> key() {
            return Optional.empty();
        }
    }
}
