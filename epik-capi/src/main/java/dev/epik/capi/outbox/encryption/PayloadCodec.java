// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.encryption;

import dev.epik.capi.StoredEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * The text in which an encrypted event is stored instead of its JSON: {@code epik1:KEY_ID:BASE64}. The bytes are the
 * check value of the key (4), a random nonce (12), and the JSON encrypted by AES-256 in Galois/counter mode with its
 * tag (16). The tag also covers the key id, the ad account, the name and the id of the event, so that a text cannot be
 * moved to another row. The text cannot be mistaken for JSON. Without I/O. Thread-safe.
 *
 * <p>Nonces are random, so one key must not encrypt more than 2³² events.
 */
public final class PayloadCodec {
    private static final String PREFIX = "epik1:";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final int HEAD_BYTES = CipherKey.CHECK_BYTES + NONCE_BYTES;
    private static final SecureRandom RANDOM = new SecureRandom();

    private PayloadCodec() {}

    /** The result of {@link #decrypt}. */
    public sealed interface Decrypted {
        record Plain(StoredEvent event) implements Decrypted {}

        /** The key has the right id, but it is not the one that the text was encrypted with. */
        record OtherKey() implements Decrypted {}

        /** The text was changed, cut off, or moved here from another row. */
        record Changed() implements Decrypted {}
    }

    /** Returns whether a stored event has such a text instead of JSON. */
    public static boolean isEncrypted(String json) {
        return json.startsWith(PREFIX);
    }

    /** Returns the id of the key that an encrypted text needs; empty if the text has none. */
    static Optional<String> keyId(String text) {
        int end = text.indexOf(':', PREFIX.length());
        return isEncrypted(text) && end > 0 ? Optional.of(text.substring(PREFIX.length(), end)) : Optional.empty();
    }

    /** Returns the event with an encrypted text instead of its JSON. */
    public static StoredEvent encrypt(StoredEvent event, CipherKey key) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        byte[] json = event.json().getBytes(StandardCharsets.UTF_8);
        ByteBuffer text = ByteBuffer.allocate(HEAD_BYTES + json.length + TAG_BYTES);
        text.put(key.check).put(nonce);
        try {
            cipher(Cipher.ENCRYPT_MODE, event, key, nonce).doFinal(ByteBuffer.wrap(json), text);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e); // cannot happen: every JDK has the algorithm, and the buffer has the size
        }
        return withJson(
                event,
                PREFIX + key.id + ':' + Base64.getEncoder().withoutPadding().encodeToString(text.array()));
    }

    /** Decrypts the text of an event whose {@link #keyId} is the key's. */
    static Decrypted decrypt(StoredEvent event, CipherKey key) {
        byte[] text;
        try {
            text = Base64.getDecoder().decode(event.json().substring(PREFIX.length() + key.id.length() + 1));
        } catch (IllegalArgumentException ignored) { // its message quotes the text
            return new Decrypted.Changed();
        }
        if (text.length < HEAD_BYTES + TAG_BYTES) {
            return new Decrypted.Changed();
        }
        if (!Arrays.equals(text, 0, CipherKey.CHECK_BYTES, key.check, 0, CipherKey.CHECK_BYTES)) {
            return new Decrypted.OtherKey();
        }
        try {
            byte[] nonce = Arrays.copyOfRange(text, CipherKey.CHECK_BYTES, HEAD_BYTES);
            byte[] json =
                    cipher(Cipher.DECRYPT_MODE, event, key, nonce).doFinal(text, HEAD_BYTES, text.length - HEAD_BYTES);
            return new Decrypted.Plain(withJson(event, new String(json, StandardCharsets.UTF_8)));
        } catch (AEADBadTagException ignored) { // the one thing that the tag is for
            return new Decrypted.Changed();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e); // cannot happen: every JDK has the algorithm
        }
    }

    private static Cipher cipher(int mode, StoredEvent event, CipherKey key, byte[] nonce)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key.aes, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
        cipher.updateAAD(context(event, key));
        return cipher;
    }

    /** Returns what else the tag covers. Each part has its length in front, so that different events differ. */
    private static byte[] context(StoredEvent event, CipherKey key) {
        StringBuilder parts = new StringBuilder();
        for (String part : new String[] {PREFIX, key.id, event.adAccount(), event.name(), event.id()}) {
            parts.append(part.length()).append(':').append(part);
        }
        return parts.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static StoredEvent withJson(StoredEvent event, String json) {
        return new StoredEvent(event.adAccount(), event.name(), event.id(), json, event.happenedAt(), event.offline());
    }
}
