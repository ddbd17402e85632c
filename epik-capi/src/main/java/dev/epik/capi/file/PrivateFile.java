// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.file;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Files for the owner's eyes: mode 0600 from the first moment, not set afterwards. Where the file system knows no such modes
 * (Windows) the directory's own rules hold.
 */
public final class PrivateFile {
    private static final Set<PosixFilePermission> OWNERS = PosixFilePermissions.fromString("rw-------");

    private PrivateFile() {}

    /** An empty one; who makes it first does not matter. */
    public static void createUnlessThere(Path file) throws IOException {
        try {
            if (!Files.exists(file)) {
                createNew(file);
            }
        } catch (FileAlreadyExistsException anotherWasQuicker) {
            // as good
        }
    }

    /** Gives mode 0600 to a file that another program made, or restored. Returns whether it had another mode. */
    public static boolean restrict(Path file) throws IOException {
        if (!hasModes(file) || Files.getPosixFilePermissions(file).equals(OWNERS)) {
            return false;
        }
        Files.setPosixFilePermissions(file, OWNERS);
        return true;
    }

    /**
     * A new one, written when the disk has it; whatever had the name is gone, and so is its mode. By stream, which an interrupt does
     * not close as it does a channel.
     */
    public static void write(Path file, byte[] bytes) throws IOException {
        Files.deleteIfExists(file);
        createNew(file);
        try (FileOutputStream out = new FileOutputStream(file.toFile())) {
            out.write(bytes);
            out.getFD().sync();
        }
    }

    /** A rename is durable only when its directory is. */
    public static void syncDirectory(Path directory) throws IOException {
        if (hasModes(directory)) { // Windows opens no directory, and needs no such thing
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static void createNew(Path file) throws IOException {
        if (hasModes(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNERS));
        } else {
            Files.createFile(file);
        }
    }

    private static boolean hasModes(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
