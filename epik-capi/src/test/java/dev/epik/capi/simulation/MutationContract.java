// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.epik.testing.ChildJvm;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compiles each mutation in {@code src/test/mutations} of a module. The simulation must find it within 10,000
 * schedules.
 */
abstract class MutationContract {
    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final Path MUTATIONS = Path.of("src", "test", "mutations");
    private static final int SCHEDULES = 10_000;
    private static final int FOUND = 3;

    private final Class<?> simulation;

    /** @param simulation the program that searches for a violation */
    MutationContract(Class<?> simulation) {
        this.simulation = simulation;
    }

    @TempDir
    Path directory = Path.of("");

    static Stream<String> mutations() throws IOException {
        try (Stream<Path> files = Files.list(MUTATIONS)) {
            List<String> names =
                    files.map(file -> file.getFileName().toString()).sorted().toList();
            return names.stream();
        }
    }

    /**
     * Checks that the mutation still fits to the sources. Running all mutations takes minutes, so only
     * {@code .ci/mutations} does.
     */
    @ParameterizedTest
    @MethodSource("mutations")
    void mutationApplies(String name) throws Exception {
        Mutation mutation = Mutation.read(MUTATIONS.resolve(name));
        String source = Files.readString(SOURCES.resolve(mutation.file()));
        assertNotEquals(source, mutation.applyTo(source));
    }

    @ParameterizedTest
    @MethodSource("mutations")
    @Tag("mutations")
    void mutationIsFound(String name) throws Exception {
        Mutation mutation = Mutation.read(MUTATIONS.resolve(name));
        compile(mutation);
        List<String> options = List.of("-cp", directory.resolve("classes") + File.pathSeparator + ChildJvm.classPath());
        Process child = ChildJvm.prepare(options, simulation, "--until-violation", "0", "" + SCHEDULES)
                .redirectErrorStream(true)
                .start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        System.out.println("EPIK: mutation " + name + ": " + output);
        assertEquals(FOUND, child.waitFor(), () -> mutation.description() + ": " + output);
    }

    private void compile(Mutation mutation) throws IOException {
        Path source = directory.resolve("source").resolve(mutation.file());
        Path classes = Files.createDirectories(directory.resolve("classes"));
        Files.createDirectories(source.resolveSibling("."));
        Files.writeString(source, mutation.applyTo(Files.readString(SOURCES.resolve(mutation.file()))));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options =
                    List.of("-proc:none", "-nowarn", "-cp", ChildJvm.classPath(), "-d", classes.toString());
            boolean compiled = compiler.getTask(null, files, null, options, null, files.getJavaFileObjects(source))
                    .call();
            assertEquals(true, compiled, () -> mutation.description() + ": does not compile");
        }
    }
}
