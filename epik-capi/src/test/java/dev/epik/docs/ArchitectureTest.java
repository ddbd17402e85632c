// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** ARCHITECTURE lists the public types of the exported packages. */
class ArchitectureTest {
    private static final int MAX_PUBLIC_TYPES = 34;
    private static final Pattern PUBLIC_TYPE = Pattern.compile(
            "^public (?:(?:static|final|abstract|sealed|non-sealed|strictfp) )*(?:class|interface|enum|record) (\\w+)",
            Pattern.MULTILINE);

    @Test
    void everyPublicTypeIsListedAndThereAreAtMost34() throws IOException {
        Path sources = Documents.ROOT.resolve("epik-capi/src/main/java");
        String architecture = Files.readString(Documents.ROOT.resolve("ARCHITECTURE.md"));
        TreeSet<String> counted = new TreeSet<>();
        TreeSet<String> missing = new TreeSet<>();
        List<String> exported = Pattern.compile("exports ([a-z.]+);")
                .matcher(Files.readString(sources.resolve("module-info.java")))
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
        for (String name : exported) {
            try (Stream<Path> files = Files.list(sources.resolve(name.replace('.', '/')))) {
                for (Path file :
                        files.filter(each -> each.toString().endsWith(".java")).toList()) {
                    PUBLIC_TYPE.matcher(Files.readString(file)).results().forEach(match -> {
                        if (!name.endsWith(".spi")) {
                            counted.add(name + "." + match.group(1));
                        }
                        if (!Pattern.compile("`(?:[a-z]+\\.)*" + match.group(1) + "`")
                                .matcher(architecture)
                                .find()) {
                            missing.add(name + "." + match.group(1));
                        }
                    });
                }
            }
        }
        assertEquals(new TreeSet<>(), missing, "ARCHITECTURE.md, Public types of epik-capi");
        assertTrue(counted.size() <= MAX_PUBLIC_TYPES, counted.size() + " public types: " + counted);
    }
}
