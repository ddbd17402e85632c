// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.ChildJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An idle ad account, which once had an event, needs little memory. */
@Tag("full")
@Tag("scale")
@Timeout(300)
class IdleAccountsTest {
    private static final int MAX_BYTES = 1024;

    @TempDir
    Path temp;

    @Test
    void anIdleAdAccountNeedsAtMostAKilobyteOfHeap() throws Exception {
        Path log = temp.resolve("shop.log");
        try (DelayedPinterest pinterest = new DelayedPinterest(Duration.ZERO, id -> false)) {
            List<String> options = List.of("-Xmx256m", "-XX:+UseSerialGC");
            String outbox = temp.resolve("epik.db").toString();
            ProcessBuilder shop = ChildJvm.prepare(
                            options, IdleAccountsShop.class, pinterest.uri().toString(), outbox)
                    .redirectError(log.toFile());
            try (ChildJvm running = ChildJvm.start(shop)) {
                List<String> lines = new ArrayList<>();
                running.forEachLine(lines::add);
                assertEquals(1, lines.size(), () -> "see " + log + ": " + lines);
                long bytes = Long.parseLong(lines.get(0).substring("BYTES ".length()));
                System.out.println("EPIK: an idle ad account needs " + bytes + " bytes of heap");
                assertTrue(bytes <= MAX_BYTES, () -> bytes + " bytes");
            }
        }
    }
}
