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
    /** It cannot be written. */
    static final class Lost extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final boolean readerGone;

        Lost(IOException cause) {
            super(cause);
            this.readerGone = String.valueOf(cause.getMessage()).contains("Broken pipe");
        }

        /** Whoever read has seen enough, as {@code head} does: no fault of anybody's. */
        boolean isReaderGone() {
            return readerGone;
        }
    }

    private static final int BUFFER = 1 << 16;

    private final Writer out = new BufferedWriter(
            new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8), BUFFER);

    @Override
    public void write(char[] text, int from, int length) {
        try {
            out.write(text, from, length);
        } catch (IOException trouble) {
            throw new Lost(trouble);
        }
    }

    @Override
    public void flush() {
        try {
            out.flush();
        } catch (IOException trouble) {
            throw new Lost(trouble);
        }
    }

    @Override
    public void close() {
        flush();
    }
}
