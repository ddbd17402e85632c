// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The machine on which the figures were measured. Figures of two machines are never compared.
 *
 * @param flags the flags of the CPU that affect hashing and copying
 */
public record Machine(String cpu, int cores, List<String> flags, String jdk, String os) {
    private static final Path CPU = Path.of("/proc/cpuinfo");
    private static final Set<String> RELEVANT_FLAGS = Set.of(
            "sha_ni", "avx", "avx2", "avx512f", "bmi2", "aes", "sse4_2", "sha1", "sha2", "sha512", "asimd", "sve");

    public Machine {
        flags = List.copyOf(flags);
    }

    public static Machine here() throws IOException {
        List<String> lines = Files.isReadable(CPU) ? Files.readAllLines(CPU) : List.of();
        String flags = value(lines, "flags", value(lines, "Features", ""));
        return new Machine(
                value(lines, "model name", System.getProperty("os.arch")),
                Runtime.getRuntime().availableProcessors(),
                Arrays.stream(flags.split(" ", -1))
                        .filter(RELEVANT_FLAGS::contains)
                        .sorted()
                        .toList(),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    }

    private static String value(List<String> lines, String name, String otherwise) {
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(otherwise);
    }
}
