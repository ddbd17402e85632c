// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** Fills the {@code WEB-INF} of an exploded WAR with classes of this class path. */
public final class WarFiles {
    private WarFiles() {}

    /** Writes {@code lib/NAME} with everything that is in the jar or directory of a class. */
    public static void addLibrary(Path webInf, String name, Class<?> member) throws IOException {
        Path classes = locationOf(member);
        Path jar = Files.createDirectories(webInf.resolve("lib")).resolve(name);
        if (Files.isRegularFile(classes)) {
            Files.copy(classes, jar);
            return;
        }
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                Stream<Path> tree = Files.walk(classes)) {
            for (Path path : tree.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(
                        new JarEntry(classes.relativize(path).toString().replace('\\', '/')));
                Files.copy(path, out);
            }
        }
    }

    /** Copies the package of a class to {@code classes}. */
    public static void addPackage(Path webInf, Class<?> member) throws IOException {
        String folder = member.getPackageName().replace('.', '/');
        Path target = Files.createDirectories(webInf.resolve("classes").resolve(folder));
        try (Stream<Path> files = Files.list(locationOf(member).resolve(folder))) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(file.getFileName().toString()));
            }
        }
    }

    private static Path locationOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
