// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Hashes as Pinterest's examples do: the SHA-256 of the UTF-8 bytes in lower-case hex. */
public final class Sha256 {
    private Sha256() {}

    /** Returns the hash of a value that is already in its normal form. */
    public static String hex(String normal) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(normal.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e); // cannot happen: every JDK has SHA-256
        }
    }
}
