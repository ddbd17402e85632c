// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.cli.raw.ErasedPeople;
import dev.epik.cli.raw.KeyedHash;
import dev.epik.cli.raw.SuppressionList;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for the list of people whose rows an import leaves out. */
final class SuppressionOptions {
    private static final String KEY = "[0-9a-f]{" + 2 * KeyedHash.KEY_BYTES + "}";

    @Option(names = "--suppress", paramLabel = "PATH", description = "People to leave out, one on each line.")
    @Nullable
    Path list;

    @Option(names = "--suppress-key", paramLabel = "PATH", description = "The file of the key of that list.")
    @Nullable
    Path key;

    /** Reads the list; the empty one if none is named. An empty file is refused, because an export may have failed. */
    SuppressionList read() throws IOException {
        if (list == null) {
            return SuppressionList.EMPTY;
        }
        if (Files.isRegularFile(list) && Files.size(list) == 0) {
            throw new UsageException("The file of --suppress is empty: is it the right one? If nobody has opted out,"
                    + " write a line that begins with #");
        }
        return read(list, key == null ? null : readKey(key));
    }

    private static SuppressionList read(Path list, @Nullable KeyedHash key) throws IOException {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(InputFile.open(list.toString()), StandardCharsets.UTF_8))) {
            return SuppressionList.read(lines, key);
        }
    }

    /**
     * Appends keyed hashes of the people to the list, in one write, and returns how many were not in it. Creates the
     * list and the key if they do not exist, readable by the owner only.
     */
    int append(ErasedPeople people) throws IOException {
        if (list == null || key == null) {
            throw new UsageException("--suppress and --suppress-key belong together: name both files");
        }
        if (list.equals(key) || isStandardInput(list) || isStandardInput(key)) {
            throw new UsageException("--suppress and --suppress-key must be two files, and not standard input");
        }
        try {
            return append(list, key, people);
        } catch (FileSystemException e) { // its message is a path only
            throw new UsageException("--suppress or --suppress-key cannot be written: check that their directories"
                    + " exist and that this user may write there. "
                    + e.getClass().getSimpleName());
        }
    }

    private static boolean isStandardInput(Path file) {
        return file.toString().equals("-");
    }

    private static int append(Path list, Path key, ErasedPeople people) throws IOException {
        if (!Files.exists(list)) {
            createPrivate(list, "");
        }
        KeyedHash by = Files.exists(key) ? readKey(key) : null;
        SuppressionList known = read(list, by); // a list with keyed lines needs its own key
        if (by == null) {
            by = createKey(key);
            known = read(list, by);
        }
        List<String> missing = known.missingLines(people.keyed());
        if (!missing.isEmpty()) {
            append(list, String.join("\n", missing) + "\n");
        }
        return (int) missing.stream().filter(line -> line.startsWith("hmac:")).count();
    }

    private static void append(Path list, String lines) throws IOException {
        String text = endsLine(list) ? lines : "\n" + lines;
        try (FileChannel file = FileChannel.open(list, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            write(file, text);
        }
    }

    private static boolean endsLine(Path file) throws IOException {
        long size = Files.size(file);
        if (size == 0) {
            return true;
        }
        try (InputStream bytes = Files.newInputStream(file)) {
            bytes.skipNBytes(size - 1);
            return bytes.read() == '\n';
        }
    }

    private static KeyedHash readKey(Path file) throws IOException {
        String text;
        try (InputStream bytes = InputFile.open(file.toString())) {
            text = new String(bytes.readNBytes(4 * KeyedHash.KEY_BYTES), StandardCharsets.ISO_8859_1).strip();
        }
        if (!text.matches(KEY)) {
            throw new UsageException("--suppress-key is invalid: the file has a key of " + 2 * KeyedHash.KEY_BYTES
                    + " hex digits, as \"epik erase\" creates it");
        }
        return new KeyedHash(HexFormat.of().parseHex(text));
    }

    private static KeyedHash createKey(Path file) throws IOException {
        byte[] key = new byte[KeyedHash.KEY_BYTES];
        new SecureRandom().nextBytes(key);
        createPrivate(file, HexFormat.of().formatHex(key) + "\n");
        return new KeyedHash(key);
    }

    /** Creates a file that only its owner can read. On Windows the rules of the directory hold. */
    private static void createPrivate(Path file, String content) throws IOException {
        FileAttribute<?>[] attributes =
                file.getFileSystem().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        try (FileChannel created = FileChannel.open(file, options, attributes)) {
            write(created, content);
        }
    }

    private static void write(FileChannel file, String text) throws IOException {
        ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text);
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
        file.force(true);
    }
}
