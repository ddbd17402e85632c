// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * The identity of the file at a path when this object was created: device and inode, or the time of creation on systems
 * that do not number files, such as Windows. An open file keeps its inode, so no other file can have it. Immutable.
 */
final class FileIdentity {
    private static final Object MISSING = "missing";

    private final Path path;
    private final Object identity;

    private FileIdentity(Path path, Object identity) {
        this.path = path;
        this.identity = identity;
    }

    static FileIdentity of(Path path) throws IOException {
        return new FileIdentity(path, read(path));
    }

    /**
     * Returns whether the path still leads to the same file. A file that cannot be looked at counts as the same. Opens
     * no file.
     */
    boolean isInPlace() {
        try {
            return read(path).equals(identity);
        } catch (IOException e) {
            return true;
        }
    }

    private static Object read(Path path) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return Objects.requireNonNullElseGet(attributes.fileKey(), attributes::creationTime);
        } catch (NoSuchFileException e) {
            return MISSING;
        }
    }
}
