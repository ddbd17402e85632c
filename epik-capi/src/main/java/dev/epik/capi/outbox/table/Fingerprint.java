// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import dev.epik.capi.StoredEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The unique key of an event in a table: SHA-256 of ad account, name and id. It is all that a table keeps of a
 * delivered event.
 */
public final class Fingerprint {
    private Fingerprint() {}

    public static byte[] of(StoredEvent.Key key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : new String[] {key.adAccount(), key.name(), key.id()}) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                digest.update(ByteBuffer.allocate(4).putInt(bytes.length).array()); // "1","23" is not "12","3"
                digest.update(bytes);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
