// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.script;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Reads the subset of the tar format that npm packages use: a header of 512 bytes, the file, zeros up to the next 512.
 */
final class Tar {
    private static final int BLOCK = 512;
    private static final int NAME = 100;
    private static final int SIZE_AT = 124;
    private static final int SIZE = 12;

    private Tar() {}

    static byte[] file(InputStream tar, String name) throws IOException {
        while (true) {
            byte[] header = tar.readNBytes(BLOCK);
            if (header.length < BLOCK || header[0] == 0) {
                throw new FileNotFoundException(name);
            }
            int size = Integer.parseInt(text(header, SIZE_AT, SIZE).strip(), 8);
            if (text(header, 0, NAME).equals(name)) {
                return tar.readNBytes(size);
            }
            tar.skipNBytes((size + BLOCK - 1) / BLOCK * (long) BLOCK);
        }
    }

    /** Returns a text up to its first zero byte. */
    private static String text(byte[] header, int from, int length) {
        String text = new String(header, from, length, StandardCharsets.UTF_8);
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }
}
