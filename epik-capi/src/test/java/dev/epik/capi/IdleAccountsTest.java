// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An idle ad account, which once had an event, needs little memory. */
@Tag("full")
@Timeout(300)
class IdleAccountsTest {
    private static final int MAX_BYTES = 1024;

    @TempDir
    Path temp;

    @Test
    void anIdleAdAccountNeedsAtMostAKilobyteOfHeap() throws Exception {
        Path log = temp.resolve("shop.log");
        try (DelayedPinterest pinterest = new DelayedPinterest(Duration.ZERO, id -> false)) {
            Process shop = new ProcessBuilder(
                            ProcessHandle.current().info().command().orElse("java"),
                            "-Xmx256m",
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path", ""),
                            IdleAccountsShop.class.getName(),
                            pinterest.uri().toString(),
                            temp.resolve("epik.db").toString())
                    .redirectError(log.toFile())
                    .start();
            try (var output = shop.inputReader(StandardCharsets.UTF_8)) {
                List<String> lines = output.lines().toList();
                assertEquals(1, lines.size(), () -> "see " + log + ": " + lines);
                long bytes = Long.parseLong(lines.get(0).substring("BYTES ".length()));
                System.out.println("EPIK: an idle ad account needs " + bytes + " bytes of heap");
                assertTrue(bytes <= MAX_BYTES, () -> bytes + " bytes");
            } finally {
                shop.destroyForcibly();
                shop.waitFor();
            }
        }
    }
}
