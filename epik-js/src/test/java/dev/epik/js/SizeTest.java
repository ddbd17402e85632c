// SPDX-License-Identifier: Apache-2.0
package dev.epik.js;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.text.NumberFormat;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The size and the contents of the published scripts. */
class SizeTest {
    private static final int MAX_BYTES = 1024;
    private static final int MAX_CONSENT_BYTES = 1536;
    private static final int MAX_LINKS_BYTES = 768;
    private static final int MAX_EVENTS_BYTES = 700;
    private static final int MAX_INLINE_BYTES = 220;

    static byte[] script() throws Exception {
        try (InputStream script = SizeTest.class.getResourceAsStream("/META-INF/resources/epik.min.js")) {
            return Objects.requireNonNull(script, "the build has created no epik.min.js")
                    .readAllBytes();
        }
    }

    private static byte[] packed(String file) throws IOException {
        return Files.readAllBytes(Path.of("target", "npm", file));
    }

    private static int gzipped(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed) {
            {
                def.setLevel(Deflater.BEST_COMPRESSION);
            }
        }) {
            gzip.write(plain);
        }
        return packed.size();
    }

    @ParameterizedTest
    @ValueSource(strings = {"epik.min.js", "epik.esm.js"})
    void scriptStaysWithinOneKilobyte(String file) throws Exception {
        byte[] plain = packed(file);
        System.out.println("EPIK: " + file + " has " + plain.length + " bytes, " + gzipped(plain) + " by gzip -9");
        assertTrue(gzipped(plain) <= MAX_BYTES, "over " + MAX_BYTES + " bytes");
        assertTrue(new String(plain, StandardCharsets.UTF_8).contains("Apache-2.0"));
    }

    @ParameterizedTest
    @CsvSource({
        "epik.consent.js, " + MAX_CONSENT_BYTES,
        "epik.events.js, " + MAX_EVENTS_BYTES,
        "epik.links.js, " + MAX_LINKS_BYTES
    })
    void eachFurtherScriptStaysWithinItsLimit(String file, int max) throws Exception {
        byte[] plain = packed(file);
        System.out.println("EPIK: " + file + " has " + plain.length + " bytes, " + gzipped(plain) + " by gzip -9");
        assertTrue(gzipped(plain) <= max, "over " + max + " bytes");
        assertTrue(new String(plain, StandardCharsets.UTF_8).contains("Apache-2.0"));
        try (InputStream served = SizeTest.class.getResourceAsStream("/META-INF/resources/" + file)) {
            assertArrayEquals(
                    plain,
                    Objects.requireNonNull(served, "the jar does not serve it").readAllBytes());
        }
    }

    @Test
    void filterPageNamesTheSize() throws Exception {
        String page = Files.readString(Path.of(System.getProperty("epik.root", ".."), "docs", "filter.md"));
        String size = NumberFormat.getInstance(Locale.ROOT).format(gzipped(script())) + " bytes gzipped";
        assertTrue(page.contains(size), "docs/filter.md does not contain " + size);
    }

    @Test
    void inlineScriptStaysWithinItsLimit() throws Exception {
        byte[] inline = packed("epik.inline.js");
        System.out.println("EPIK: epik.inline.js has " + inline.length + " bytes");
        assertTrue(inline.length <= MAX_INLINE_BYTES, "over " + MAX_INLINE_BYTES + " bytes");
    }

    @Test
    void jarServesTheScriptOfThePackage() throws Exception {
        assertArrayEquals(packed("epik.min.js"), script());
    }

    @Test
    void integrityOfEachScriptIsItsHash() throws Exception {
        List<String> lines = Files.readAllLines(Path.of("target", "npm", "integrity.txt"));
        assertEquals(6, lines.size());
        for (String line : lines) {
            String[] parts = line.split(" {2}", 2);
            byte[] hash = MessageDigest.getInstance("SHA-384").digest(packed(parts[1]));
            assertEquals("sha384-" + Base64.getEncoder().encodeToString(hash), parts[0], line);
        }
    }

    @Test
    void packageHasTheFilesOfItsManifest() throws Exception {
        JsonNode manifest = new ObjectMapper().readTree(packed("package.json"));
        for (JsonNode file : manifest.path("files")) {
            assertTrue(Files.exists(Path.of("target", "npm", file.asText())), file::asText);
        }
        assertTrue(Files.exists(Path.of("target", "npm", "LICENSE")));
        assertFalse(manifest.path("version").asText().contains("@"), "the version is filled in");
    }
}
