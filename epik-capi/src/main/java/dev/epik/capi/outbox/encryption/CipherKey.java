// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.encryption;

import dev.epik.capi.outbox.spi.PayloadKeys;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key in the form that {@link PayloadCodec} uses: the AES key and a check value. Both are derived from the secret by
 * HMAC-SHA-256. By the check value another key of the same id is not mistaken for a changed event. Immutable.
 */
public final class CipherKey {
    static final int CHECK_BYTES = 4;

    private static final String MAC = "HmacSHA256";

    final String id;
    final SecretKeySpec aes;
    final byte[] check;

    private CipherKey(String id, SecretKeySpec aes, byte[] check) {
        this.id = id;
        this.aes = aes;
        this.check = check;
    }

    public static CipherKey of(PayloadKeys.Key key) {
        byte[] secret = key.secret();
        return new CipherKey(
                key.id(),
                new SecretKeySpec(derived(secret, "epik outbox payload"), "AES"),
                Arrays.copyOf(derived(secret, "epik outbox payload key check"), CHECK_BYTES));
    }

    private static byte[] derived(byte[] secret, String purpose) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(secret, MAC));
            return mac.doFinal(purpose.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e); // cannot happen: every JDK has it
        }
    }
}
