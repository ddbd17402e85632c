// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.ChildJvm;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A shop in a JVM of its own submits a sale and drops the customer's data. Then the heap, with the open client, is
 * searched for that data.
 */
class HeapCanaryTest {
    private static final List<Charset> FORMS = List.of(
            StandardCharsets.ISO_8859_1, StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE);

    private static final long MAX_SECONDS = 120;

    @TempDir
    Path temp;

    @Test
    void onlyHashesOfCustomerDataStayOnTheHeap() throws Exception {
        String heap = heapOf("sell");
        assertEquals(EnumSet.of(HeapCanary.CONTROL), found(heap));
        for (HeapCanary canary : EnumSet.complementOf(EnumSet.of(HeapCanary.CONTROL))) {
            assertTrue(
                    heap.contains(sha256(canary.normal())), () -> "what was hashed is not the form sought: " + canary);
        }
    }

    /** The control: the search finds a value in every form. */
    @Test
    void aValueThatTheShopKeepsIsFound() throws Exception {
        Set<HeapCanary> kept = EnumSet.of(
                HeapCanary.CONTROL, HeapCanary.EMAIL, HeapCanary.PHONE, HeapCanary.FIRST_NAME, HeapCanary.LAST_NAME);
        assertEquals(kept, found(heapOf("leak")));
    }

    /** Returns the dump as a string with a character for each byte. */
    private String heapOf(String way) throws Exception {
        Path dump = temp.resolve(way + ".hprof");
        Path said = temp.resolve(way + ".log");
        Process shop = ChildJvm.prepare(List.of("-Xmx128m"), HeapCanaryShop.class, dump.toString(), way)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            assertTrue(shop.waitFor(MAX_SECONDS, TimeUnit.SECONDS), "the shop did not end");
            assertEquals(0, shop.exitValue(), Files.readString(said));
        } finally {
            shop.destroyForcibly();
        }
        return Files.readString(dump, StandardCharsets.ISO_8859_1);
    }

    private static Set<HeapCanary> found(String heap) {
        Set<HeapCanary> found = EnumSet.noneOf(HeapCanary.class);
        for (HeapCanary canary : HeapCanary.values()) {
            for (Charset form : FORMS) {
                if (heap.contains(bytes(canary.raw(), form)) || heap.contains(bytes(canary.normal(), form))) {
                    found.add(canary);
                }
            }
        }
        return found;
    }

    private static String bytes(String text, Charset form) {
        return new String(text.getBytes(form), StandardCharsets.ISO_8859_1);
    }

    private static String sha256(String text) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest);
    }
}
