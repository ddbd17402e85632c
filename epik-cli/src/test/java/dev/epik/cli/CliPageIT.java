// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Previews the raw event that {@code docs/cli.md} shows. */
class CliPageIT {
    @Test
    void documentedRawEventIsValid() throws Exception {
        Path event =
                Path.of(System.getProperty("epik.root", ".."), "epik-cli", "src", "test", "docs", "raw-event.json");
        EpikJar.Result run = EpikJar.run("preview", event.toString());
        assertEquals(0, run.exit(), run.err());
        assertTrue(run.out().startsWith("{\"ok\":true,"), run.out());
    }
}
