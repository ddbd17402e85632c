// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * Standard output in UTF-8, for many lines. Not {@code System.out}: that swallows a closed pipe, and a million lines would go on
 * into nothing.
 */
final class Output extends Writer {
    /** Whoever read our output has seen enough, as {@code head} does. No fault of anybody's. */
    static final class ReaderGone extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static final int BUFFER = 1 << 16;

    private final Writer out = new BufferedWriter(
            new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8), BUFFER);

    @Override
    public void write(char[] text, int from, int length) {
        try {
            out.write(text, from, length);
        } catch (IOException closedPipe) {
            throw new ReaderGone();
        }
    }

    @Override
    public void flush() {
        try {
            out.flush();
        } catch (IOException closedPipe) {
            throw new ReaderGone();
        }
    }

    @Override
    public void close() {
        flush();
    }
}
