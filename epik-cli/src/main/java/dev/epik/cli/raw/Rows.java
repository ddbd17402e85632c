// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The events of a file, one after the other, in bounded memory. Not for several threads. */
public abstract class Rows implements Closeable {
    private final Counting in;
    private long number;

    Rows(InputStream in) {
        this.in = new Counting(in);
    }

    /** One event a line. */
    public static Rows ofJson(InputStream in, Map<String, String> defaults) {
        return new JsonRows(in, defaults);
    }

    /** One event a record, its columns named by the first. */
    public static Rows ofCsv(InputStream in, Map<String, String> defaults) throws IOException {
        return new CsvRows(in, defaults);
    }

    abstract @Nullable RawEvent read() throws IOException;

    /** Whether a reader at the other end would wait for our next byte of input. */
    public abstract boolean wouldBlock() throws IOException;

    /** Null at the end. */
    public final @Nullable RawEvent next() throws IOException {
        RawEvent event = read();
        number += event == null ? 0 : 1;
        return event;
    }

    /** Of the event that was read last, from 1. */
    public final long number() {
        return number;
    }

    /** So far. */
    public final long bytesRead() {
        return in.bytes;
    }

    final InputStream in() {
        return in;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private static final class Counting extends FilterInputStream {
        private long bytes;

        Counting(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int one = super.read();
            bytes += one < 0 ? 0 : 1;
            return one;
        }

        @Override
        public int read(byte[] buffer, int from, int length) throws IOException {
            int some = super.read(buffer, from, length);
            bytes += Math.max(0, some);
            return some;
        }
    }
}
