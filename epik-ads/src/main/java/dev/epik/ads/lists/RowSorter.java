// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.lists;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Sorts any number of rows in bounded memory, and drops duplicates: full buffers are sorted and written to files, and
 * the files are merged. Not thread-safe.
 */
final class RowSorter implements Closeable {
    /** Bytes of a buffer, with what the JVM adds to each row. */
    private static final int MAX_BUFFER_BYTES = 6 << 20;

    private static final int OVERHEAD_BYTES = 48;
    private static final int MAX_MERGED_FILES = 32;

    private final Path directory;
    private final RowCipher cipher;
    private final int maxBufferBytes;
    private final List<SealedRow> buffer = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();
    private int bufferBytes;
    private int created;

    /** @param directory of the temporary files */
    RowSorter(Path directory, RowCipher cipher) {
        this(directory, cipher, MAX_BUFFER_BYTES);
    }

    RowSorter(Path directory, RowCipher cipher, int maxBufferBytes) {
        this.directory = directory;
        this.cipher = cipher;
        this.maxBufferBytes = maxBufferBytes;
    }

    void add(SealedRow row) throws IOException {
        buffer.add(row);
        bufferBytes += row.bytes().length + OVERHEAD_BYTES;
        if (bufferBytes >= maxBufferBytes) {
            spill();
        }
    }

    private void spill() throws IOException {
        buffer.sort(null);
        Path file = temporary();
        try (RowFile.Writer writer = new RowFile.Writer(file, cipher)) {
            SealedRow last = null;
            for (SealedRow row : buffer) {
                if (last == null || last.compareTo(row) != 0) {
                    writer.write(row);
                }
                last = row;
            }
        }
        files.add(file);
        buffer.clear();
        bufferBytes = 0;
    }

    private Path temporary() {
        return directory.resolve("sort-" + created++);
    }

    /** Writes all rows to a file, and deletes the temporary files. Returns how many different rows there are. */
    long writeTo(Path target) throws IOException {
        spill();
        while (files.size() > MAX_MERGED_FILES) {
            List<Path> part = new ArrayList<>(files.subList(0, MAX_MERGED_FILES));
            Path merged = temporary();
            merge(part, merged);
            files.removeAll(part);
            files.add(merged);
        }
        long rows = merge(files, target);
        files.clear();
        return rows;
    }

    private record Head(SealedRow row, RowFile.Reader from) {}

    private long merge(List<Path> parts, Path target) throws IOException {
        List<RowFile.Reader> readers = new ArrayList<>();
        try (RowFile.Writer writer = new RowFile.Writer(target, cipher)) {
            PriorityQueue<Head> heads =
                    new PriorityQueue<>((one, other) -> one.row().compareTo(other.row()));
            for (Path part : parts) {
                RowFile.Reader reader = new RowFile.Reader(part, cipher);
                readers.add(reader);
                enqueue(heads, reader);
            }
            SealedRow last = null;
            for (Head head = heads.poll(); head != null; head = heads.poll()) {
                if (last == null || last.compareTo(head.row()) != 0) {
                    writer.write(head.row());
                }
                last = head.row();
                enqueue(heads, head.from());
            }
            return writer.rows();
        } finally {
            for (RowFile.Reader reader : readers) {
                reader.close();
            }
            for (Path part : parts) {
                Files.deleteIfExists(part);
            }
        }
    }

    private static void enqueue(PriorityQueue<Head> heads, RowFile.Reader reader) throws IOException {
        SealedRow row = reader.next();
        if (row != null) {
            heads.add(new Head(row, reader));
        }
    }

    /** Deletes the temporary files. */
    @Override
    public void close() throws IOException {
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }
}
