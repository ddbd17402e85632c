// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The tests that SECURITY.md names as proofs exist, and its table of chapters is complete. */
class ThreatModelTest {
    private static final Path PAGE = Documents.ROOT.resolve("SECURITY.md");
    private static final Pattern TEST_CLASS = Pattern.compile("`(\\w+(?:Test|Contract|IT))`");
    private static final Pattern TEST_METHOD = Pattern.compile("@(?:Test|ParameterizedTest|FuzzTest)\\b");
    private static final Pattern CHAPTER = Pattern.compile("\\bV(\\d+) ");
    private static final int CHAPTERS = 17;

    private static List<String> rows(String heading) throws IOException {
        String page = Files.readString(PAGE);
        String section = page.substring(page.indexOf(heading));
        return section.lines()
                .dropWhile(line -> !line.startsWith("|---"))
                .skip(1)
                .takeWhile(line -> line.startsWith("|"))
                .toList();
    }

    @Test
    void everyNamedTestExistsAndHasTests() throws IOException {
        Map<String, Path> sources = Documents.sources(name -> name.endsWith(".java")).stream()
                .filter(file -> Documents.name(file).contains("/src/test/"))
                .collect(Collectors.toMap(
                        file -> file.getFileName().toString().replace(".java", ""),
                        Function.identity(),
                        (one, other) -> one));
        TreeSet<String> withoutTests = new TreeSet<>();
        TreeSet<String> named = new TreeSet<>();
        for (String row : rows("## Threat model")) {
            TEST_CLASS.matcher(row).results().map(match -> match.group(1)).forEach(named::add);
        }
        for (String name : named) {
            Path file = sources.get(name);
            if (file == null || !TEST_METHOD.matcher(Files.readString(file)).find()) {
                withoutTests.add(name);
            }
        }
        assertTrue(named.size() > 20, named::toString);
        assertEquals(new TreeSet<>(), withoutTests);
    }

    @Test
    void everyDefenceHasATest() throws IOException {
        List<String> unproved = rows("## Threat model").stream()
                .filter(row -> !TEST_CLASS.matcher(row).find())
                .filter(row -> !row.contains("| not prevented:"))
                .toList();
        assertEquals(List.of(), unproved);
    }

    @Test
    void everyChapterOfTheStandardIsListedOnce() throws IOException {
        List<Integer> chapters = rows("## ASVS 5.0").stream()
                .flatMap(row -> CHAPTER.matcher(row).results())
                .map(match -> Integer.valueOf(match.group(1)))
                .toList();
        assertEquals(IntStream.rangeClosed(1, CHAPTERS).boxed().toList(), chapters);
    }
}
