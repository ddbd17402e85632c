// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.lists;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals and opens rows with a key of 32 bytes. The keyed hash is HMAC-SHA-256 of the content. The content is encrypted
 * with AES-256 in counter mode, and the first half of the keyed hash is its initial counter. So equal contents are
 * equal sealed rows, which can be compared without opening them, and a changed one is found when it is opened (a
 * synthetic IV, as in RFC 5297).
 *
 * <p>The content is kept because Pinterest removes a row only if it is sent again. Not thread-safe.
 */
public final class RowCipher {
    public static final int KEY_BYTES = 32;
    static final int CHECK_BYTES = 16;

    private static final int IV_BYTES = 16;

    private final Mac mac;
    private final Cipher cipher;
    private final SecretKeySpec encryptionKey;
    private final byte[] check;

    /** Creates a cipher from the bytes of the key file. */
    public RowCipher(byte[] key) {
        try {
            this.mac = Mac.getInstance("HmacSHA256");
            this.cipher = Cipher.getInstance("AES/CTR/NoPadding");
            this.encryptionKey = new SecretKeySpec(derived(key, "content of rows"), "AES");
            this.check = Arrays.copyOf(derived(key, "check of the key"), CHECK_BYTES);
            mac.init(new SecretKeySpec(derived(key, "hash of rows"), "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e); // cannot happen: every JDK has both
        }
    }

    private static byte[] derived(byte[] key, String purpose) throws GeneralSecurityException {
        Mac derivation = Mac.getInstance("HmacSHA256");
        derivation.init(new SecretKeySpec(key, "HmacSHA256"));
        return derivation.doFinal(purpose.getBytes(StandardCharsets.US_ASCII));
    }

    /** Returns bytes that are equal for equal keys, and show nothing of the key. */
    byte[] check() {
        return check.clone();
    }

    /** Seals a content. The flag is {@link SealedRow#SENT}. */
    SealedRow seal(byte[] content) {
        byte[] hash = mac.doFinal(content);
        return SealedRow.of(hash, SealedRow.SENT, crypt(Cipher.ENCRYPT_MODE, hash, content));
    }

    /**
     * Returns the content of a sealed row.
     *
     * @throws ListException if it was changed or was sealed with another key
     */
    byte[] open(SealedRow row) {
        byte[] content = crypt(Cipher.DECRYPT_MODE, row.hash(), row.content());
        if (!MessageDigest.isEqual(mac.doFinal(content), row.hash())) {
            throw new ListException("A file of the list is damaged. " + ListException.START_AGAIN);
        }
        return content;
    }

    private byte[] crypt(int mode, byte[] hash, byte[] input) {
        try {
            cipher.init(mode, encryptionKey, new IvParameterSpec(hash, 0, IV_BYTES));
            return cipher.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e); // cannot happen: counter mode takes every length
        }
    }
}
