// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The files of this repository: its documents and its sources. */
final class Documents {
    static final Path ROOT =
            Path.of(System.getProperty("epik.root", "..")).toAbsolutePath().normalize();

    private static final Path EXAMPLES = ROOT.resolve("examples");

    private Documents() {}

    /** Returns README, the other documents of the root, the pages under {@code docs/}, and those of the examples. */
    static List<Path> all() throws IOException {
        return Stream.of(Stream.of(ROOT, ROOT.resolve("docs")), children(EXAMPLES))
                .flatMap(folders -> folders)
                .flatMap(Documents::children)
                .filter(file -> file.toString().endsWith(".md"))
                .sorted()
                .toList();
    }

    /** Returns the source files of all modules below {@code src} that the predicate takes. */
    static List<Path> sources(Predicate<String> fileName) throws IOException {
        return Stream.concat(children(ROOT), children(EXAMPLES))
                .map(module -> module.resolve("src"))
                .filter(Files::isDirectory)
                .flatMap(Documents::walk)
                .filter(file -> fileName.test(file.getFileName().toString()))
                .sorted()
                .toList();
    }

    private static Stream<Path> children(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> walk(Path folder) {
        try {
            try (Stream<Path> files = Files.walk(folder)) {
                return files.filter(Files::isRegularFile).toList().stream();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the path from the root, with slashes. */
    static String name(Path file) {
        return ROOT.relativize(file).toString().replace('\\', '/');
    }
}
