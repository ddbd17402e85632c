// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.lists;

import dev.epik.capi.file.PrivateFile;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A file of sealed rows, ordered and without duplicates. Only its owner can read it. */
final class RowFile {
    private static final byte[] MAGIC = "EPIKROW1".getBytes(StandardCharsets.US_ASCII);
    private static final int BUFFER = 1 << 15;

    /** The length after the last row, so that a file that was cut is recognised. */
    private static final int END = 0;

    private RowFile() {}

    /** Writes rows in their order. Not thread-safe. */
    static final class Writer implements Closeable {
        private final FileOutputStream file;
        private final DataOutputStream out;
        private long rows;

        Writer(Path path, RowCipher cipher) throws IOException {
            Files.deleteIfExists(path);
            PrivateFile.createIfMissing(path);
            this.file = new FileOutputStream(path.toFile());
            this.out = new DataOutputStream(new BufferedOutputStream(file, BUFFER));
            out.write(MAGIC);
            out.write(cipher.check());
        }

        void write(SealedRow row) throws IOException {
            out.writeShort(row.bytes().length);
            out.write(row.bytes());
            rows++;
        }

        long rows() {
            return rows;
        }

        /** Returns when the disk has all rows. */
        @Override
        public void close() throws IOException {
            try (file) {
                out.writeShort(END);
                out.flush();
                file.getFD().sync();
            }
        }
    }

    /** Reads rows in their order. Not thread-safe. */
    static final class Reader implements Closeable {
        private final DataInputStream in;
        private final String name;
        private @Nullable SealedRow last;

        /** @throws ListException if the file is missing, is damaged or was written with another key */
        Reader(Path path, RowCipher cipher) throws IOException {
            this.name = String.valueOf(path.getFileName());
            if (!Files.exists(path)) {
                throw damaged();
            }
            this.in = new DataInputStream(new BufferedInputStream(Files.newInputStream(path), BUFFER));
            byte[] head = in.readNBytes(MAGIC.length);
            byte[] check = in.readNBytes(RowCipher.CHECK_BYTES);
            if (!Arrays.equals(head, MAGIC) || check.length < RowCipher.CHECK_BYTES) {
                in.close();
                throw damaged();
            }
            if (!Arrays.equals(check, cipher.check())) {
                in.close();
                throw new ListException("The file " + name + " was written with another key: give the key file with"
                        + " which the list was begun");
            }
        }

        /** Returns the next row; null at the end. */
        @Nullable
        SealedRow next() throws IOException {
            byte[] bytes;
            try {
                int length = in.readUnsignedShort();
                if (length == END) {
                    return null;
                }
                bytes = new byte[length];
                in.readFully(bytes);
            } catch (EOFException e) { // also between two rows: the end is marked
                throw damaged();
            }
            if (bytes.length <= SealedRow.HASH_BYTES) {
                throw damaged();
            }
            SealedRow row = new SealedRow(bytes);
            if (last != null && last.compareTo(row) >= 0) {
                throw damaged();
            }
            last = row;
            return row;
        }

        private ListException damaged() {
            return new ListException("The file " + name + " is missing or damaged. " + ListException.START_AGAIN);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
