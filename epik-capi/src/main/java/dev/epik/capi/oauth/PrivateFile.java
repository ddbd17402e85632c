// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Files for the owner's eyes: mode 0600 from the first moment, not set afterwards. Where the file system knows no such modes
 * (Windows) the directory's own rules hold.
 */
final class PrivateFile {
    private PrivateFile() {}

    /** A new and empty one; whatever had the name is gone, and so is its mode. */
    static void create(Path file) throws IOException {
        Files.deleteIfExists(file);
        createNew(file);
    }

    /** Throws where there is one. */
    static void createNew(Path file) throws IOException {
        if (hasModes(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } else {
            Files.createFile(file);
        }
    }

    /** Creates, writes, and returns when the disk has it. By stream, which an interrupt does not close as it does a channel. */
    static void write(Path file, byte[] bytes) throws IOException {
        create(file);
        try (FileOutputStream out = new FileOutputStream(file.toFile())) {
            out.write(bytes);
            out.getFD().sync();
        }
    }

    /** A rename is durable only when its directory is. */
    static void syncDirectory(Path directory) throws IOException {
        if (hasModes(directory)) { // Windows opens no directory, and needs no such thing
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** The type and the path: neither shows a token. */
    static TokenStoreException trouble(Path file, String verb, IOException cause) {
        boolean forPeople = cause instanceof AccessDeniedException || cause instanceof NoSuchFileException;
        return new TokenStoreException(
                file + " cannot be " + verb + ": " + cause.getClass().getSimpleName()
                        + ". Does its directory exist, may this process write there, is the disk full?",
                forPeople);
    }

    private static boolean hasModes(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
