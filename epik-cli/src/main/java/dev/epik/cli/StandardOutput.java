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
 * Standard output in UTF-8 with a large buffer. Unlike {@code System.out}, it throws if the pipe is closed, so that a
 * command does not go on for a million lines that nothing reads. Not thread-safe.
 */
final class StandardOutput extends Writer {
    /** Thrown if the output cannot be written. */
    static final class WriteException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final boolean pipeClosed;

        WriteException(IOException cause) {
            super(cause);
            this.pipeClosed = String.valueOf(cause.getMessage()).contains("Broken pipe");
        }

        /** Returns whether the reader closed the pipe, as {@code head} does. This is not an error. */
        boolean isPipeClosed() {
            return pipeClosed;
        }
    }

    private static final int BUFFER = 1 << 16;

    private final Writer out = new BufferedWriter(
            new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8), BUFFER);

    @Override
    public void write(char[] text, int from, int length) {
        try {
            out.write(text, from, length);
        } catch (IOException e) {
            throw new WriteException(e);
        }
    }

    @Override
    public void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw new WriteException(e);
        }
    }

    @Override
    public void close() {
        flush();
    }
}
