// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files for the owner's eyes, mode 0600. Where the file system knows no such modes (Windows) the directory's own rules hold. */
final class PrivateFile {
    private static final Set<PosixFilePermission> OWNERS = PosixFilePermissions.fromString("rw-------");

    private PrivateFile() {}

    static void createUnlessThere(Path file) throws IOException {
        try {
            if (hasModes(file)) {
                Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNERS));
            } else {
                Files.createFile(file);
            }
        } catch (FileAlreadyExistsException another) {
            // as good
        }
    }

    /** For a file that was made by another program, or restored. */
    static void close(Path file) throws IOException {
        if (hasModes(file) && !Files.getPosixFilePermissions(file).equals(OWNERS)) {
            Files.setPosixFilePermissions(file, OWNERS);
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

    private static boolean hasModes(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
