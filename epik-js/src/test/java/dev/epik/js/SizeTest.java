// SPDX-License-Identifier: Apache-2.0
package dev.epik.js;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class SizeTest {
    private static final int LARGEST = 1024;

    static byte[] script() throws Exception {
        try (InputStream script = SizeTest.class.getResourceAsStream("/META-INF/resources/epik.min.js")) {
            return Objects.requireNonNull(script, "the build made no epik.min.js")
                    .readAllBytes();
        }
    }

    @Test
    void staysWithinAKilobyteOnTheWire() throws Exception {
        byte[] plain = script();
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed) {
            {
                def.setLevel(Deflater.BEST_COMPRESSION);
            }
        }) {
            gzip.write(plain);
        }
        System.out.println("EPIK: epik.min.js has " + plain.length + " bytes, " + packed.size() + " by gzip -9");
        assertTrue(packed.size() <= LARGEST, "over " + LARGEST + " bytes");
        String readme = Files.readString(Path.of(System.getProperty("epik.root", ".."), "README.md"));
        assertTrue(readme.contains(packed.size() + " bytes gzipped"), "README names another size");
    }

    @Test
    void keepsItsLicenceAndLosesItsComments() throws Exception {
        String script = new String(script(), StandardCharsets.UTF_8);
        assertTrue(script.contains("Apache-2.0"));
        assertEquals(-1, script.indexOf("Safari"));
    }
}
