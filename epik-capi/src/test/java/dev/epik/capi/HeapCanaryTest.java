// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
 * A shop in a JVM of its own sells and drops what it knew of the customer; whatever is alive then, in the shop or in the open client,
 * is searched for it.
 */
class HeapCanaryTest {
    private static final List<Charset> FORMS = List.of(
            StandardCharsets.ISO_8859_1, StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE);

    private static final long PATIENCE = 120;

    @TempDir
    Path temp;

    @Test
    void nothingOfTheCustomersIsOnTheHeapAfterTheSaleButItsHash() throws Exception {
        String heap = heapOf("sell");
        assertEquals(EnumSet.of(HeapCanary.CONTROL), found(heap));
        for (HeapCanary canary : EnumSet.complementOf(EnumSet.of(HeapCanary.CONTROL))) {
            assertTrue(
                    heap.contains(sha256(canary.normal())), () -> "what was hashed is not the form sought: " + canary);
        }
    }

    /** The control: the search finds a leak, in whichever form it lies. */
    @Test
    void whatAShopKeepsIsFound() throws Exception {
        Set<HeapCanary> kept = EnumSet.of(
                HeapCanary.CONTROL, HeapCanary.EMAIL, HeapCanary.PHONE, HeapCanary.FIRST_NAME, HeapCanary.LAST_NAME);
        assertEquals(kept, found(heapOf("leak")));
    }

    /** The dump, a byte a character. */
    private String heapOf(String way) throws Exception {
        Path dump = temp.resolve(way + ".hprof");
        Path said = temp.resolve(way + ".log");
        Process shop = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path", ""),
                        HeapCanaryShop.class.getName(),
                        dump.toString(),
                        way)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            assertTrue(shop.waitFor(PATIENCE, TimeUnit.SECONDS), "the shop never ends");
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
