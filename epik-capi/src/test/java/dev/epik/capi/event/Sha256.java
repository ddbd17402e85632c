// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** As the tests expect it: lower-case hex of the UTF-8 bytes, as Pinterest's examples have it. */
final class Sha256 {
    private Sha256() {}

    static String hex(String normal) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(normal.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new AssertionError(everyJdkHasIt);
        }
    }
}
