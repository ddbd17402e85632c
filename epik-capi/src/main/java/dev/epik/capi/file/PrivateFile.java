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
 * Files that only their owner can read: they are created with mode 0600, so there is no moment without it. On file
 * systems without POSIX modes (Windows) the rules of the directory hold.
 */
public final class PrivateFile {
    private static final Set<PosixFilePermission> OWNERS = PosixFilePermissions.fromString("rw-------");

    private PrivateFile() {}

    /** Creates an empty file, unless it exists. Another process may create it at the same time. */
    public static void createIfMissing(Path file) throws IOException {
        try {
            if (!Files.exists(file)) {
                createNew(file);
            }
        } catch (FileAlreadyExistsException ignored) {
            // another process has created it
        }
    }

    /** Gives mode 0600 to a file that another program created or restored. Returns whether it had another mode. */
    public static boolean restrict(Path file) throws IOException {
        if (!hasModes(file) || Files.getPosixFilePermissions(file).equals(OWNERS)) {
            return false;
        }
        Files.setPosixFilePermissions(file, OWNERS);
        return true;
    }

    /**
     * Replaces the file, with its mode, and returns once the disk has the bytes. Writes by a stream, because an
     * interrupt would close a channel.
     */
    public static void write(Path file, byte[] bytes) throws IOException {
        Files.deleteIfExists(file);
        create(file, bytes);
    }

    /**
     * Creates the file, and returns once the disk has the bytes. Deletes it again if they cannot be written.
     *
     * @throws FileAlreadyExistsException if it exists, also if another process creates it at the same time
     */
    public static void create(Path file, byte[] bytes) throws IOException {
        createNew(file);
        try (FileOutputStream out = new FileOutputStream(file.toFile())) {
            out.write(bytes);
            out.getFD().sync();
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** Makes a rename in the directory durable. */
    public static void syncDirectory(Path directory) throws IOException {
        if (hasModes(directory)) { // Windows cannot open a directory, and does not need this
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
