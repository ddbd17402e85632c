// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A directory that holds a Secret as the kubelet mounts it: all files change at once, when a symbolic link does. */
final class SecretVolume {
    private static final Path DATA = Path.of("..data");

    private final Path directory;
    private final Path file;
    private int versions;

    SecretVolume(Path directory, String key) throws IOException {
        this.directory = Files.createDirectory(directory);
        this.file = Files.createSymbolicLink(directory.resolve(key), DATA.resolve(key));
    }

    Path file() {
        return file;
    }

    /** Replaces the value. */
    void put(String value) throws IOException {
        versions++;
        Path version = Files.createDirectory(directory.resolve("..version" + versions));
        Files.writeString(version.resolve(file.getFileName()), value);
        Path link = Files.createSymbolicLink(directory.resolve("..data_tmp"), version.getFileName());
        Files.move(link, directory.resolve(DATA), StandardCopyOption.ATOMIC_MOVE);
    }
}
