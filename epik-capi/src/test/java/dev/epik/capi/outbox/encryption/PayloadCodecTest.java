// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.encryption;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.encryption.PayloadCodec.Decrypted;
import dev.epik.capi.outbox.spi.PayloadKeys;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadCodecTest {
    private static final CipherKey KEY = key("2026", 1);
    private static final String JSON = "{\"event_id\":\"order 1\",\"city\":\"東😀\"}";
    private static final StoredEvent EVENT = event("1", "checkout", "order 1", JSON);

    private static CipherKey key(String id, int first) {
        byte[] secret = new byte[PayloadKeys.KEY_BYTES];
        secret[0] = (byte) first;
        return CipherKey.of(PayloadKeys.Key.of(id, secret));
    }

    private static StoredEvent event(String account, String name, String id, String json) {
        return new StoredEvent(account, name, id, json, Instant.ofEpochSecond(1_790_000_000), false);
    }

    private static Decrypted decrypt(String text) {
        return PayloadCodec.decrypt(event("1", "checkout", "order 1", text), KEY);
    }

    @Test
    void decryptsWhatWasEncrypted() {
        StoredEvent encrypted = PayloadCodec.encrypt(EVENT, KEY);
        assertTrue(PayloadCodec.isEncrypted(encrypted.json()));
        assertEquals(Optional.of("2026"), PayloadCodec.keyId(encrypted.json()));
        assertEquals(EVENT.key(), encrypted.key());
        assertEquals(new Decrypted.Plain(EVENT), PayloadCodec.decrypt(encrypted, KEY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}"})
    void shortJsonIsEncryptedToo(String json) {
        StoredEvent event = event("1", "checkout", "order 1", json);
        assertEquals(new Decrypted.Plain(event), PayloadCodec.decrypt(PayloadCodec.encrypt(event, KEY), KEY));
    }

    @Test
    void theTextIsAsciiAndHasNoPartOfTheJson() {
        String text = PayloadCodec.encrypt(EVENT, KEY).json();
        assertTrue(text.chars().allMatch(c -> c > ' ' && c < 127), text);
        String bytes = new String(
                Base64.getDecoder().decode(text.substring(text.lastIndexOf(':') + 1)), StandardCharsets.ISO_8859_1);
        assertFalse(bytes.contains("event_id") || bytes.contains("order"), text);
    }

    @Test
    void eachTextHasANonceOfItsOwn() {
        Set<String> texts = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            texts.add(PayloadCodec.encrypt(EVENT, KEY).json());
        }
        assertEquals(1000, texts.size());
    }

    @Test
    void aTextInAnotherRowIsFoundToBeChanged() {
        String text = PayloadCodec.encrypt(EVENT, KEY).json();
        for (StoredEvent row : new StoredEvent[] {
            event("2", "checkout", "order 1", text),
            event("1", "lead", "order 1", text),
            event("1", "checkout", "order 2", text),
            event("1c", "heckout", "order 1", text) // the parts joined are the same
        }) {
            assertInstanceOf(Decrypted.Changed.class, PayloadCodec.decrypt(row, KEY), row::toString);
        }
    }

    @Test
    void eachChangedByteIsFound() {
        String text = PayloadCodec.encrypt(EVENT, KEY).json();
        int start = text.lastIndexOf(':') + 1;
        byte[] bytes = Base64.getDecoder().decode(text.substring(start));
        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= 1;
            Decrypted decrypted =
                    decrypt(text.substring(0, start) + Base64.getEncoder().encodeToString(changed));
            Class<?> expected = i < CipherKey.CHECK_BYTES ? Decrypted.OtherKey.class : Decrypted.Changed.class;
            assertEquals(expected, decrypted.getClass(), "byte " + i);
        }
    }

    @Test
    void aTextThatWasCutOffOrIsNoBase64IsFoundToBeChanged() {
        String text = PayloadCodec.encrypt(EVENT, KEY).json();
        int start = text.lastIndexOf(':') + 1;
        for (int end = start; end < text.length(); end++) {
            Decrypted decrypted = decrypt(text.substring(0, end));
            assertFalse(decrypted instanceof Decrypted.Plain, "cut off at " + end);
        }
        assertInstanceOf(Decrypted.Changed.class, decrypt(text + "é"));
    }

    @Test
    void anotherKeyOfTheSameIdIsRecognised() {
        StoredEvent encrypted = PayloadCodec.encrypt(EVENT, KEY);
        assertInstanceOf(Decrypted.OtherKey.class, PayloadCodec.decrypt(encrypted, key("2026", 2)));
    }

    @Test
    void theKeyIdCannotBeReplaced() {
        StoredEvent encrypted = PayloadCodec.encrypt(EVENT, KEY);
        CipherKey renamed = key("2027", 1); // the same secret
        StoredEvent moved = event("1", "checkout", "order 1", encrypted.json().replace("2026", "2027"));
        assertInstanceOf(Decrypted.Changed.class, PayloadCodec.decrypt(moved, renamed));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "", "epik1", "epik1:", "epik1:2026", "epik2:2026:AAAA"})
    void otherTextsHaveNoKeyId(String text) {
        assertEquals(Optional.empty(), PayloadCodec.keyId(text));
    }
}
