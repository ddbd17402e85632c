// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.DeadLetter;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.DeliveryHistory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordFormatTest {
    private static final Instant HAPPENED = Instant.parse("2026-11-27T10:00:00.123Z");
    private static final StoredEvent EVENT =
            new StoredEvent("549755885175", "checkout", "Bestellung/1 ü", "{\"value\":\"ä\"}", HAPPENED, false);
    private static final RecordFormat.Retry RETRY = new RecordFormat.Retry(
            HAPPENED.plusSeconds(60),
            3,
            HAPPENED.plusSeconds(1),
            new DeliveryHistory(
                    7, 2, HAPPENED.plusMillis(3), 1, HAPPENED.plusMillis(4), 5, "code 4 of 422, for a reason"));

    private static RecordFormat.Reading read(ProducerRecord<byte[], byte[]> record) {
        return RecordFormat.read(record.key(), record.value(), record.headers());
    }

    private static final TopicPartition PLACE = new TopicPartition("epik-events", 3);

    private static RecordFormat.Reading readDead(ProducerRecord<byte[], byte[]> record) {
        return RecordFormat.readDead(record.key(), record.value(), record.headers());
    }

    private static String reason(RecordFormat.Reading reading) {
        return assertInstanceOf(RecordFormat.Unreadable.class, reading).reason();
    }

    @Test
    void readsTheEventThatWasWritten() {
        assertEquals(
                new RecordFormat.Event(EVENT, false, Optional.empty()), read(RecordFormat.event("t", EVENT, false)));
        StoredEvent offline = new StoredEvent("1", "lead", "7", "{}", Instant.EPOCH.minusMillis(5), true);
        assertEquals(
                new RecordFormat.Event(offline, true, Optional.empty()), read(RecordFormat.event("t", offline, true)));
    }

    @Test
    void readsAnEventThatTheClientHasEncrypted() {
        StoredEvent encrypted = new StoredEvent("1", "lead", "7", "epik1:2026:AAAA", HAPPENED, false);
        assertEquals(
                new RecordFormat.Event(encrypted, false, Optional.empty()),
                read(RecordFormat.event("t", encrypted, false)));
    }

    @Test
    void readsTheRetryThatWasWritten() {
        assertEquals(
                new RecordFormat.Event(EVENT, true, Optional.of(RETRY)),
                read(RecordFormat.retry("t", EVENT, true, RETRY)));
        RecordFormat.Retry first = new RecordFormat.Retry(HAPPENED, 1, HAPPENED, DeliveryHistory.NONE);
        assertEquals(
                new RecordFormat.Event(EVENT, false, Optional.of(first)),
                read(RecordFormat.retry("t", EVENT, false, first)));
    }

    @Test
    void readsTheDeadLetterThatWasWritten() {
        DeadLetter letter = new DeadLetter(EVENT, "refused: \"currency\" ist ungültig", HAPPENED.plusSeconds(9));
        assertEquals(new RecordFormat.Dead(letter), readDead(RecordFormat.dead("t", letter, PLACE, 7)));
        DeadLetter without = new DeadLetter(EVENT, "", HAPPENED);
        assertEquals(new RecordFormat.Dead(without), readDead(RecordFormat.dead("t", without, PLACE, 7)));
    }

    @Test
    void aDeadLetterHasAKeyOfItsOwnForEachRecordThatItComesFrom() {
        DeadLetter letter = new DeadLetter(EVENT, "refused", HAPPENED);
        assertEquals(
                "549755885175/epik-events/3/7/checkout/Bestellung/1 ü",
                new String(RecordFormat.dead("t", letter, PLACE, 7).key(), StandardCharsets.UTF_8));
        ProducerRecord<byte[], byte[]> event = RecordFormat.event("t", EVENT, false);
        assertTrue(reason(RecordFormat.readDead(
                        "unreadable/t/3/7".getBytes(StandardCharsets.UTF_8), event.value(), event.headers()))
                .contains("key"));
    }

    @Test
    void readsTheRemovalThatWasWritten() {
        ProducerRecord<byte[], byte[]> removal = RecordFormat.removal("t", EVENT.key());
        assertNull(removal.value());
        assertEquals(new RecordFormat.Removal(EVENT.key()), read(removal));
    }

    @Test
    void allRecordsOfAnEventHaveOneKey() {
        byte[] key = "549755885175/checkout/Bestellung/1 ü".getBytes(StandardCharsets.UTF_8);
        assertArrayEquals(key, RecordFormat.event("t", EVENT, false).key());
        assertArrayEquals(key, RecordFormat.retry("t", EVENT, false, RETRY).key());
        assertArrayEquals(key, RecordFormat.removal("t", EVENT.key()).key());
    }

    @ParameterizedTest
    @CsvSource({"a/b, c, a, b/c", "a%2Fb, c, a/b, c", "a%, 2Fb, a, %2Fb"})
    void differentEventsHaveDifferentKeys(String name, String id, String otherName, String otherId) {
        assertFalse(Arrays.equals(
                RecordFormat.key(new StoredEvent.Key("1", name, id)),
                RecordFormat.key(new StoredEvent.Key("1", otherName, otherId))));
    }

    @Test
    void theValueIsTheJsonAndNothingElse() {
        assertEquals(
                EVENT.json(), new String(RecordFormat.event("t", EVENT, false).value(), StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                RecordFormat.VERSION,
                RecordFormat.ACCOUNT,
                RecordFormat.NAME,
                RecordFormat.ID,
                RecordFormat.HAPPENED,
                RecordFormat.OFFLINE,
                RecordFormat.ROUND,
                RecordFormat.STORED,
                RecordFormat.HISTORY
            })
    void aMissingHeaderIsNamed(String header) {
        ProducerRecord<byte[], byte[]> record = RecordFormat.retry("t", EVENT, false, RETRY);
        record.headers().remove(header);
        assertTrue(reason(read(record)).contains(header), reason(read(record)));
    }

    @ParameterizedTest
    @CsvSource({
        "epik-v, 2",
        "epik-v, ''",
        "epik-account, 12a",
        "epik-account, 1234567890123456789",
        "epik-name, lead",
        "epik-id, other",
        "epik-happened, yesterday",
        "epik-happened, 9223372036854775807",
        "epik-happened, 99999999999999999999",
        "epik-offline, yes",
        "epik-due, soon",
        "epik-round, x",
        "epik-stored, -9223372036854775808",
        "epik-history, 1 2 3",
        "epik-history, 1 2 3 4 5 x reason",
        "epik-history, a b c d e f g"
    })
    void aWrongHeaderIsNamedAndItsValueIsNot(String header, String value) {
        ProducerRecord<byte[], byte[]> record = RecordFormat.retry("t", EVENT, false, RETRY);
        record.headers().remove(header).add(header, value.getBytes(StandardCharsets.UTF_8));
        String reason = reason(read(record));
        assertTrue(reason.contains(header), reason);
        assertTrue(value.length() < 4 || !reason.contains(value), reason);
    }

    @Test
    void anIdThatWouldEndALogLineIsRefused() {
        StoredEvent hostile = new StoredEvent("1", "checkout", "a\nSEVERE b", "{}", EVENT.happenedAt(), false);
        assertTrue(reason(read(RecordFormat.event("t", hostile, false))).contains("control characters"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[{}]", "{", "person@example.com", "{}\n{}\n"})
    void aValueThatIsNoJsonObjectIsUnreadable(String value) {
        Headers headers = RecordFormat.event("t", EVENT, false).headers();
        String reason = reason(
                RecordFormat.read(RecordFormat.key(EVENT.key()), value.getBytes(StandardCharsets.UTF_8), headers));
        assertEquals("Its value is not a JSON object", reason);
    }

    @Test
    void bytesThatAreNotUtf8AreUnreadable() {
        Headers headers = RecordFormat.event("t", EVENT, false).headers();
        byte[] wrong = {'{', (byte) 0xff, '}'};
        assertEquals(
                "Its value is not UTF-8", reason(RecordFormat.read(RecordFormat.key(EVENT.key()), wrong, headers)));
    }

    @Test
    void aReplacementCharacterOfTheShopIsReadable() {
        StoredEvent event = new StoredEvent("1", "checkout", "a\uFFFDb", "{\"\uFFFD\":1}", HAPPENED, false);
        assertEquals(
                new RecordFormat.Event(event, false, Optional.empty()), read(RecordFormat.event("t", event, false)));
    }

    @Test
    void aRecordOfAnotherProgramIsUnreadable() {
        assertTrue(reason(RecordFormat.read(null, null, new RecordHeaders())).contains("only Epik may write"));
        assertTrue(reason(RecordFormat.read(new byte[0], new byte[0], new RecordHeaders()))
                .contains("only Epik may write"));
        Headers headers = new RecordHeaders().add(RecordFormat.VERSION, null);
        assertTrue(reason(RecordFormat.readDead(null, new byte[] {1}, headers)).contains(RecordFormat.VERSION));
    }

    @Test
    void aKeyThatDoesNotBelongToTheHeadersIsUnreadable() {
        ProducerRecord<byte[], byte[]> record = RecordFormat.event("t", EVENT, false);
        byte[] other = RecordFormat.key(new StoredEvent.Key("1", "checkout", "2"));
        assertTrue(reason(RecordFormat.read(other, record.value(), record.headers()))
                .contains("key"));
        assertTrue(reason(RecordFormat.read(null, record.value(), record.headers()))
                .contains("key"));
    }

    @Test
    void anUnreadableRecordKeepsItsContentUnderAKeyOfItsOwn() {
        ProducerRecord<byte[], byte[]> event = RecordFormat.event("t", EVENT, false);
        ConsumerRecord<byte[], byte[]> read = new ConsumerRecord<>("epik-events", 3, 42, event.key(), event.value());
        ProducerRecord<byte[], byte[]> dead = RecordFormat.unreadable("dead", read, "a reason", HAPPENED);
        assertEquals("unreadable/epik-events/3/42", new String(dead.key(), StandardCharsets.UTF_8));
        assertArrayEquals(event.value(), dead.value());
        assertArrayEquals(event.key(), assertNotNullHeader(dead.headers(), RecordFormat.ORIGINAL_KEY));
        ConsumerRecord<byte[], byte[]> empty = new ConsumerRecord<>("epik-events", 3, 43, null, null);
        assertArrayEquals(
                new byte[0],
                RecordFormat.unreadable("dead", empty, "a reason", HAPPENED).value(),
                "null would remove a dead letter");
    }

    private static byte[] assertNotNullHeader(Headers headers, String name) {
        assertNotNull(headers.lastHeader(name));
        return headers.lastHeader(name).value();
    }

    /** Each byte of each part is changed at random: the answer is a value, never an exception. */
    @Test
    void damagedRecordsNeverThrow() {
        Random random = new Random(20);
        for (int i = 0; i < 20_000; i++) {
            ProducerRecord<byte[], byte[]> whole = RecordFormat.retry("t", EVENT, true, RETRY);
            Headers headers = new RecordHeaders();
            whole.headers().forEach(header -> {
                if (random.nextInt(20) > 0) {
                    headers.add(header.key(), damaged(header.value(), random));
                }
            });
            byte[] value = damaged(whole.value(), random);
            assertNotNull(RecordFormat.read(damaged(whole.key(), random), value, headers));
            assertNotNull(RecordFormat.readDead(whole.key(), value, headers));
        }
    }

    private static byte[] damaged(byte[] bytes, Random random) {
        byte[] copy = bytes.clone();
        if (copy.length > 0 && random.nextInt(4) == 0) {
            copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
        }
        return copy;
    }
}
