// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.lists;

import dev.epik.capi.file.LockChannel;
import dev.epik.capi.file.PrivateFile;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a list. Only its owner can read it, and one process at a time uses it.
 *
 * <ul>
 *   <li>{@code key}: the key of the sealed rows, unless it is elsewhere
 *   <li>{@code list.json}: to which list the directory belongs
 *   <li>{@code rows}: the rows that are at Pinterest. It is there before {@code list.json}
 *   <li>{@code wanted}, {@code add}, {@code remove}, {@code sort-…}: the rows of a run
 *   <li>{@code progress}: how far the run is. Without it there is no run
 * </ul>
 *
 * <p><b>In a crash.</b> {@link #settle} writes what was sent into {@code rows}. It can be repeated. Not thread-safe.
 */
final class ListDirectory implements Closeable {
    private final Path directory;
    private final LockChannel lock;
    private final RowCipher cipher;
    private @Nullable FileOutputStream progress;

    private ListDirectory(Path directory, LockChannel lock, RowCipher cipher) {
        this.directory = directory;
        this.lock = lock;
        this.cipher = cipher;
    }

    static ListDirectory open(Path directory, @Nullable Path keyFile, ListCrashPoint.Listener crashPoints)
            throws IOException {
        create(directory);
        LockChannel lock = lock(directory.resolve("lock"));
        boolean isOpen = false;
        try {
            Path key = keyFile == null ? directory.resolve("key") : keyFile;
            if (keyFile == null && Files.exists(key)) {
                PrivateFile.restrict(key); // a key elsewhere may be a secret that is mounted read-only
            }
            ListDirectory opened = new ListDirectory(
                    directory, lock, new RowCipher(key(key, Files.exists(directory.resolve("rows")))));
            crashPoints.reached(ListCrashPoint.KEY_CREATED);
            isOpen = true;
            return opened;
        } finally {
            if (!isOpen) {
                lock.close();
            }
        }
    }

    private static void create(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createDirectories(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } else {
                Files.createDirectories(directory);
            }
        }
    }

    private static LockChannel lock(Path file) throws IOException {
        String busy = "Another run uses the directory of the list: wait until it has ended";
        LockChannel channel = LockChannel.open(file);
        try {
            if (channel.tryLock(0, 1) == null) {
                channel.close();
                throw new ListException(busy);
            }
            return channel;
        } catch (OverlappingFileLockException e) { // closing the channel would give up the other run's lock
            throw new ListException(busy);
        }
    }

    private static byte[] key(Path file, boolean isNeeded) throws IOException {
        if (!Files.exists(file)) {
            if (isNeeded) {
                throw new ListException(
                        "The key file " + file.getFileName() + " is missing, and the rows that were sent"
                                + " cannot be read without it. " + ListException.START_AGAIN);
            }
        }
        String text;
        try {
            if (!Files.exists(file)) {
                createKey(file);
            }
            text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        } catch (IOException e) { // also if another list creates the same file
            throw new ListException("The key file " + file.getFileName() + " cannot be read or created ("
                    + e.getClass().getSimpleName() + "): check its directory and permissions, and run it again");
        }
        if (!text.matches("[0-9a-fA-F]{64}")) {
            throw new ListException("The key file " + file.getFileName()
                    + " has no key of 64 hex digits: restore it, or delete it if nothing was sent yet");
        }
        return HexFormat.of().parseHex(text);
    }

    /** Creates the key. Never replaces one: several lists can have one key. */
    private static void createKey(Path file) throws IOException {
        byte[] key = new byte[RowCipher.KEY_BYTES];
        new SecureRandom().nextBytes(key);
        PrivateFile.create(file, (HexFormat.of().formatHex(key) + "\n").getBytes(StandardCharsets.US_ASCII));
        syncParent(file);
    }

    /** Replaces a small file. After a crash it has the old text or the new one. */
    private static void replace(Path file, String text) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path temporary = absolute.resolveSibling(absolute.getFileName() + ".new");
        PrivateFile.write(temporary, text.getBytes(StandardCharsets.UTF_8));
        moveInto(temporary, absolute);
    }

    private static void moveInto(Path temporary, Path file) throws IOException {
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncParent(file);
    }

    private static void syncParent(Path file) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            PrivateFile.syncDirectory(parent);
        }
    }

    RowCipher cipher() {
        return cipher;
    }

    RowSorter sorter() {
        return new RowSorter(directory, cipher);
    }

    Path rows() {
        return directory.resolve("rows");
    }

    Path wanted() {
        return directory.resolve("wanted");
    }

    Path planned(boolean isAdd) {
        return directory.resolve(isAdd ? "add" : "remove");
    }

    Optional<ListMeta> meta() throws IOException {
        Path file = directory.resolve("list.json");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        if (!Files.exists(rows())) { // without them no row would be removed
            throw new ListException("The file rows is missing. " + ListException.START_AGAIN);
        }
        return Optional.of(ListMeta.read(Files.readString(file)));
    }

    void store(ListMeta meta) throws IOException {
        replace(directory.resolve("list.json"), meta.json() + "\n");
    }

    /** Forgets the rows that were sent: the list does not exist. */
    void clearRows() throws IOException {
        Path empty = directory.resolve("rows.new");
        new RowFile.Writer(empty, cipher).close();
        moveInto(empty, rows());
    }

    /** Makes sure that there is a file of rows. */
    void createRows() throws IOException {
        if (!Files.exists(rows())) {
            clearRows();
        }
    }

    /** Writes the progress of the run to the disk. The first call starts the run. */
    void write(RunProgress now) throws IOException {
        FileOutputStream out = progress;
        if (out == null) {
            PrivateFile.createIfMissing(progressFile());
            out = new FileOutputStream(progressFile().toFile(), true);
            progress = out;
            PrivateFile.syncDirectory(directory);
        }
        out.write(now.line().getBytes(StandardCharsets.US_ASCII));
        out.getFD().sync();
    }

    private Path progressFile() {
        return directory.resolve("progress");
    }

    /** Ends a run: writes what it has sent into the rows, and deletes its files. Does nothing if there was none. */
    void settle(ListCrashPoint.Listener crashPoints) throws IOException {
        closeProgress();
        Optional<RunProgress> run = Files.exists(progressFile())
                ? RunProgress.last(Files.readString(progressFile(), StandardCharsets.US_ASCII))
                : Optional.empty();
        if (run.isPresent()) {
            Path merged = directory.resolve("rows.new");
            RowMerge.afterRun(rows(), planned(false), planned(true), run.get(), merged, cipher);
            moveInto(merged, rows());
            crashPoints.reached(ListCrashPoint.ROWS_REPLACED);
        }
        Files.deleteIfExists(progressFile()); // first: without it the other files are not read
        PrivateFile.syncDirectory(directory);
        for (Path file : new Path[] {planned(true), planned(false), wanted()}) {
            Files.deleteIfExists(file);
        }
        try (var files = Files.newDirectoryStream(directory, "sort-*")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    private void closeProgress() throws IOException {
        if (progress != null) {
            progress.close();
            progress = null;
        }
    }

    @Override
    public void close() throws IOException {
        try (lock) {
            closeProgress();
        }
    }
}
