// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.record;

import dev.epik.capi.DeadLetter;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.encryption.PayloadCodec;
import dev.epik.capi.outbox.spi.DeliveryHistory;
import dev.epik.capi.pinterest.AdAccountId;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Converts events to records and back. Thread-safe; without I/O.
 *
 * <p>The key is {@code AD_ACCOUNT/NAME/ID}, so that the records of an event are in one partition. A dead letter has the
 * key {@code AD_ACCOUNT/TOPIC/PARTITION/OFFSET/NAME/ID}. The value is the JSON of the event, which the client may have
 * encrypted, or null for a request to cancel it, or for a removed dead letter. Everything else is in headers. Reading
 * never throws: a record that another program wrote is {@link Unreadable}, with a reason that quotes nothing of it.
 */
public final class RecordFormat {
    static final String VERSION = "epik-v";
    static final String ACCOUNT = "epik-account";
    static final String NAME = "epik-name";
    public static final String ID = "epik-id";
    static final String HAPPENED = "epik-happened";
    static final String OFFLINE = "epik-offline";

    /** Is 1 if a person asked for the event to be sent whatever its age; otherwise missing. */
    static final String REDRIVEN = "epik-redriven";

    /** When an event of the retry topic may be sent again, in ms since 1970. */
    static final String DUE = "epik-due";

    /** How often an event was written to the retry topic. */
    static final String ROUND = "epik-round";

    /** When an event of the retry topic was stored first, in ms since 1970. */
    static final String STORED = "epik-stored";

    /** The {@link DeliveryHistory}: six numbers and the suspect reason, separated by spaces. */
    static final String HISTORY = "epik-history";

    static final String REASON = "epik-reason";
    static final String SINCE = "epik-since";

    /** The key of a record that could not be read, whose own key in the dead-letter topic is its place. */
    static final String ORIGINAL_KEY = "epik-key";

    private static final String CURRENT_VERSION = "1";
    private static final int MAX_TEXT = 255;
    private static final int MAX_REASON = 2000;
    private static final int MAX_NUMBER = 19;
    private static final int HISTORY_PARTS = 7;

    /** The character that stands for bytes which are not UTF-8, and which may be part of a text as well. */
    private static final char REPLACEMENT = '\uFFFD';

    private RecordFormat() {}

    /** The meaning of a record. */
    public sealed interface Reading {}

    /**
     * An event to deliver.
     *
     * @param redriven whether a person asked for the event to be sent whatever its age
     * @param retry what the retry topic adds; empty in the topic of the events
     */
    public record Event(StoredEvent event, boolean redriven, Optional<Retry> retry) implements Reading {}

    /** A request to cancel the event of this key. */
    public record Removal(StoredEvent.Key key) implements Reading {}

    /** A dead letter. */
    public record Dead(DeadLetter letter) implements Reading {}

    /**
     * A record that is of no use.
     *
     * @param reason for the operator; it quotes nothing of the record
     */
    public record Unreadable(String reason) implements Reading {}

    /**
     * The state of an event in a retry topic.
     *
     * @param due when it may be sent again
     * @param round how often it was written to the retry topic, from 1
     * @param storedAt when it was stored first
     */
    public record Retry(Instant due, int round, Instant storedAt, DeliveryHistory history) {}

    /** Returns the key of an event's records. */
    static byte[] key(StoredEvent.Key key) {
        return utf8(escaped(key.adAccount()) + '/' + escaped(key.name()) + '/' + key.id());
    }

    /** Escapes the separator, so that different events never have one key. The id is last and needs no escapes. */
    private static String escaped(String part) {
        return part.indexOf('/') < 0 && part.indexOf('%') < 0
                ? part
                : part.replace("%", "%25").replace("/", "%2F");
    }

    /** Returns the record that stores the event. */
    public static ProducerRecord<byte[], byte[]> event(String topic, StoredEvent event, boolean isRedriven) {
        ProducerRecord<byte[], byte[]> record = event(topic, event);
        if (isRedriven) {
            add(record.headers(), REDRIVEN, 1);
        }
        return record;
    }

    private static ProducerRecord<byte[], byte[]> event(String topic, StoredEvent event) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key(event.key()), utf8(event.json()));
        addKey(record.headers(), event.key());
        add(record.headers(), HAPPENED, event.happenedAt().toEpochMilli());
        add(record.headers(), OFFLINE, event.offline() ? 1 : 0);
        return record;
    }

    /** Returns the record of the retry topic. */
    public static ProducerRecord<byte[], byte[]> retry(
            String topic, StoredEvent event, boolean isRedriven, Retry retry) {
        ProducerRecord<byte[], byte[]> record = event(topic, event, isRedriven);
        add(record.headers(), DUE, retry.due().toEpochMilli());
        add(record.headers(), ROUND, retry.round());
        add(record.headers(), STORED, retry.storedAt().toEpochMilli());
        record.headers().add(HISTORY, utf8(historyText(retry.history())));
        return record;
    }

    /**
     * Returns the record of a dead letter. Its key has the place of the record that could not be delivered. So removing
     * a dead letter never removes a later one of the same event, and writing one again replaces it.
     */
    public static ProducerRecord<byte[], byte[]> dead(
            String topic, DeadLetter letter, TopicPartition from, long offset) {
        ProducerRecord<byte[], byte[]> event = event(topic, letter.event());
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                topic, null, deadKey(letter.event().key(), from, offset), event.value(), event.headers());
        addReason(record.headers(), letter.reason(), letter.since());
        return record;
    }

    private static byte[] deadKey(StoredEvent.Key key, TopicPartition from, long offset) {
        String place = from.topic() + '/' + from.partition() + '/' + offset;
        return utf8(key.adAccount() + '/' + place + '/' + escaped(key.name()) + '/' + key.id());
    }

    private static boolean isDeadKey(String key, StoredEvent.Key of) {
        return key.startsWith(of.adAccount() + '/') && key.endsWith('/' + escaped(of.name()) + '/' + of.id());
    }

    /** Returns the record that requests to cancel the event of this key. */
    public static ProducerRecord<byte[], byte[]> removal(String topic, StoredEvent.Key key) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key(key), null);
        addKey(record.headers(), key);
        return record;
    }

    /**
     * Returns the dead letter of a record that cannot be read. It has the value and the headers of the record. Its key
     * is the place of the record, so that it never replaces the dead letter of an event.
     */
    public static ProducerRecord<byte[], byte[]> unreadable(
            String topic, ConsumerRecord<byte @Nullable [], byte @Nullable []> of, String reason, Instant since) {
        byte[] place = utf8("unreadable/" + of.topic() + '/' + of.partition() + '/' + of.offset());
        byte[] value = of.value();
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, null, null, place, value == null ? new byte[0] : value, of.headers());
        byte[] key = of.key();
        if (key != null) {
            record.headers().add(ORIGINAL_KEY, key);
        }
        addReason(record.headers(), reason, since);
        return record;
    }

    /** Reads a record of the topic of the events or of the retry topic. */
    public static Reading read(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        return contained(() -> {
            StoredEvent.Key ofEvent = keyOf(headers);
            if (key == null || !Arrays.equals(key, key(ofEvent))) {
                throw new UnreadableException("Its key does not belong to its headers " + ACCOUNT + ", " + NAME
                        + " and " + ID + ": an event with a wrong key could meet two workers");
            }
            if (value == null) {
                return new Removal(ofEvent);
            }
            Optional<Retry> retry = headers.lastHeader(DUE) == null ? Optional.empty() : Optional.of(retryOf(headers));
            return new Event(eventOf(ofEvent, value, headers), headers.lastHeader(REDRIVEN) != null, retry);
        });
    }

    /** Reads a record of the dead-letter topic. One without a value removes the dead letter of its key. */
    public static Reading readDead(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        return contained(() -> {
            StoredEvent.Key ofEvent = keyOf(headers);
            if (value == null || key == null || !isDeadKey(new String(key, StandardCharsets.UTF_8), ofEvent)) {
                throw new UnreadableException("It has no value, or its key is not one of a dead letter");
            }
            Header reason = headers.lastHeader(REASON);
            String why = reason == null || reason.value() == null ? "" : decoded(reason.value(), "header " + REASON);
            return new Dead(new DeadLetter(eventOf(ofEvent, value, headers), why, time(headers, SINCE)));
        });
    }

    private interface Reader {
        Reading read() throws UnreadableException;
    }

    private static Reading contained(Reader reader) {
        try {
            return reader.read();
        } catch (UnreadableException e) {
            return new Unreadable(e.getMessage());
        }
    }

    private static StoredEvent.Key keyOf(Headers headers) throws UnreadableException {
        if (!text(headers, VERSION, MAX_TEXT).equals(CURRENT_VERSION)) {
            throw new UnreadableException("Its header " + VERSION + " is not " + CURRENT_VERSION
                    + ": if a newer Epik wrote it, update the workers first");
        }
        StoredEvent.Key ofHeaders = new StoredEvent.Key(
                text(headers, ACCOUNT, MAX_TEXT), text(headers, NAME, MAX_TEXT), text(headers, ID, MAX_TEXT));
        if (!AdAccountId.isValid(ofHeaders.adAccount())) {
            throw new UnreadableException("Its header " + ACCOUNT + " is not 1 to 18 digits");
        }
        if (hasControls(ofHeaders.name()) || hasControls(ofHeaders.id())) { // they would end a log line
            throw new UnreadableException("Its header " + NAME + " or " + ID + " has control characters");
        }
        return ofHeaders;
    }

    private static boolean hasControls(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    private static StoredEvent eventOf(StoredEvent.Key key, byte[] value, Headers headers) throws UnreadableException {
        Instant happened = time(headers, HAPPENED);
        String offline = text(headers, OFFLINE, MAX_TEXT);
        if (!offline.equals("0") && !offline.equals("1")) {
            throw new UnreadableException("Its header " + OFFLINE + " is not 0 or 1");
        }
        String json = decoded(value, "value");
        boolean isJson = json.startsWith("{") && json.endsWith("}");
        if (!isJson && !PayloadCodec.isEncrypted(json)) {
            throw new UnreadableException("Its value is not a JSON object");
        }
        return new StoredEvent(key.adAccount(), key.name(), key.id(), json, happened, offline.equals("1"));
    }

    private static Retry retryOf(Headers headers) throws UnreadableException {
        return new Retry(
                time(headers, DUE),
                (int) Math.max(1, Math.min(Integer.MAX_VALUE, number(text(headers, ROUND, MAX_NUMBER), ROUND))),
                time(headers, STORED),
                history(text(headers, HISTORY, MAX_TEXT)));
    }

    private static String historyText(DeliveryHistory history) {
        return String.join(
                " ",
                String.valueOf(history.attempts()),
                String.valueOf(history.failuresAlone()),
                String.valueOf(history.failedAloneSince().toEpochMilli()),
                String.valueOf(history.blames()),
                String.valueOf(history.lastBlame().toEpochMilli()),
                String.valueOf(history.maybeCounted()),
                history.suspectReason());
    }

    private static DeliveryHistory history(String text) throws UnreadableException {
        String[] parts = text.split(" ", HISTORY_PARTS);
        if (parts.length != HISTORY_PARTS || parts[6].length() > DeliveryHistory.MAX_REASON_LENGTH) {
            throw new UnreadableException("Its header " + HISTORY + " is not six numbers and a reason");
        }
        return new DeliveryHistory(
                count(parts[0]),
                count(parts[1]),
                instant(number(parts[2], HISTORY), HISTORY),
                count(parts[3]),
                instant(number(parts[4], HISTORY), HISTORY),
                count(parts[5]),
                parts[6]);
    }

    private static int count(String text) throws UnreadableException {
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, number(text, HISTORY)));
    }

    private static Instant time(Headers headers, String name) throws UnreadableException {
        return instant(number(text(headers, name, MAX_NUMBER), name), name);
    }

    /** Returns the time if it is one that later sums cannot make overflow. */
    private static Instant instant(long millis, String name) throws UnreadableException {
        try {
            Instant time = Instant.ofEpochMilli(millis);
            if (Math.abs(millis) < Long.MAX_VALUE / 1000) {
                return time;
            }
        } catch (DateTimeException ignored) {
            // reported below
        }
        throw new UnreadableException("Its header " + name + " is not a time in ms since 1970");
    }

    private static long number(String text, String name) throws UnreadableException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new UnreadableException("Its header " + name + " has no number where one belongs");
        }
    }

    private static String text(Headers headers, String name, int maxLength) throws UnreadableException {
        Header header = headers.lastHeader(name);
        byte[] value = header == null ? null : header.value();
        if (value == null) {
            throw new UnreadableException("It has no header " + name + ": only Epik may write to this topic");
        }
        String text = decoded(value, "header " + name);
        if (text.length() > maxLength || text.isEmpty()) {
            throw new UnreadableException("Its header " + name + " is not 1 to " + maxLength + " characters");
        }
        return text;
    }

    /** Decodes the bytes. The constructor of a string is many times as fast as a decoder, but replaces wrong bytes. */
    private static String decoded(byte[] bytes, String what) throws UnreadableException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) < 0) {
            return text;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new UnreadableException("Its " + what + " is not UTF-8");
        }
    }

    private static void addKey(Headers headers, StoredEvent.Key key) {
        headers.add(VERSION, utf8(CURRENT_VERSION));
        headers.add(ACCOUNT, utf8(key.adAccount()));
        headers.add(NAME, utf8(key.name()));
        headers.add(ID, utf8(key.id()));
    }

    private static void addReason(Headers headers, String reason, Instant since) {
        headers.add(REASON, utf8(reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON)));
        add(headers, SINCE, since.toEpochMilli());
    }

    private static void add(Headers headers, String name, long number) {
        headers.add(name, utf8(String.valueOf(number)));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Why a record cannot be read. Has no stack trace: it is a result. */
    private static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnreadableException(String reason) {
            super(reason, null, false, false);
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }
}
