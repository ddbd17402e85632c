// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents list the public types of the exported packages. */
class ArchitectureTest {
    private static final int MAX_PUBLIC_TYPES = 34;
    private static final int MIN_ADS_TYPES = 30;
    private static final int MAX_LINES_OF_A_SCREEN = 40;
    private static final Pattern PUBLIC_TYPE = Pattern.compile(
            "^public (?:(?:static|final|abstract|sealed|non-sealed|strictfp) )*(?:class|interface|enum|record) (\\w+)",
            Pattern.MULTILINE);

    @Test
    void everyPublicTypeIsListedAndThereAreAtMost34() throws IOException {
        Set<String> counted = countedTypes("epik-capi", "ARCHITECTURE.md");
        assertTrue(counted.size() <= MAX_PUBLIC_TYPES, counted.size() + " public types: " + counted);
    }

    @Test
    void thePublicTypesForAdsAreListedAndFitOneScreen() throws IOException {
        assertTrue(countedTypes("epik-ads", "docs/ads.md").size() > MIN_ADS_TYPES);
        String page = Files.readString(Documents.ROOT.resolve("docs/ads.md"));
        long lines = page.substring(page.indexOf("## Public types")).lines().count();
        assertTrue(lines <= MAX_LINES_OF_A_SCREEN, lines + " lines");
    }

    /** Returns the public types of a module, without those of its spi packages. The document lists all of them. */
    private static Set<String> countedTypes(String module, String document) throws IOException {
        Path sources = Documents.ROOT.resolve(module + "/src/main/java");
        String list = Files.readString(Documents.ROOT.resolve(document));
        Set<String> counted = new TreeSet<>();
        Set<String> missing = new TreeSet<>();
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
                                .matcher(list)
                                .find()) {
                            missing.add(name + "." + match.group(1));
                        }
                    });
                }
            }
        }
        assertEquals(new TreeSet<>(), missing, document + ", Public types");
        return counted;
    }
}
