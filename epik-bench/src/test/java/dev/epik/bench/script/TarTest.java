// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.script;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class TarTest {
    @Test
    void findsAFileBehindOthers() throws IOException {
        byte[] wanted = "wanted".getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        add(tar, "package/a.js", new byte[513]);
        add(tar, "package/empty", new byte[0]);
        add(tar, "package/b.js", wanted);
        tar.write(new byte[1024]);
        assertArrayEquals(wanted, Tar.file(new ByteArrayInputStream(tar.toByteArray()), "package/b.js"));
        assertThrows(
                FileNotFoundException.class,
                () -> Tar.file(new ByteArrayInputStream(tar.toByteArray()), "package/c.js"));
    }

    private static void add(ByteArrayOutputStream tar, String name, byte[] content) throws IOException {
        byte[] header = new byte[512];
        copy(name, header, 0);
        copy(String.format(Locale.ROOT, "%011o", content.length), header, 124);
        tar.write(header);
        tar.write(Arrays.copyOf(content, (content.length + 511) / 512 * 512));
    }

    private static void copy(String text, byte[] header, int at) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
