// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA-256 of what identifies a person. Without the key an address cannot be tested against a list, unlike with a
 * plain hash. Not thread-safe.
 */
public final class KeyedHash {
    /** The length of a key in bytes. */
    public static final int KEY_BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";

    private final Mac mac;

    public KeyedHash(byte[] key) {
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has HmacSHA256", e);
        }
    }

    /** Returns the keyed hash of the SHA-256 of an email, a phone number or an id, in hex digits. */
    String ofHash(String sha256) {
        return of("sha256", sha256);
    }

    String ofClickId(String clickId) {
        return of("epik", clickId);
    }

    String ofEventId(String eventId) {
        return of("order", eventId);
    }

    /** Returns a value by which the key of a list is recognised. */
    String check() {
        return of("check", "epik suppression list");
    }

    private String of(String kind, String value) {
        byte[] text = (kind + ":" + value).getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(mac.doFinal(text));
    }
}
