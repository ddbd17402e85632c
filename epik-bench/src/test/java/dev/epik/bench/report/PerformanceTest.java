// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.bench.Measured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerformanceTest {
    private static final Path DOCUMENT = Path.of("../docs/performance.md");
    private static final Machine MACHINE = new Machine("a CPU", 2, List.of("sha_ni"), "a JDK", "a system");

    @Test
    void replacesOnlyTheTextBetweenTheMarkers() {
        String document = "before\n<!-- begin: a -->\nold\n<!-- end: a -->\nafter\n";
        assertEquals(
                "before\n<!-- begin: a -->\nnew\n<!-- end: a -->\nafter\n",
                Performance.replaced(document, "a", "new\n"));
    }

    @Test
    void missingMarkerIsAnError() {
        assertThrows(IllegalArgumentException.class, () -> Performance.replaced("<!-- begin: a -->\n", "a", "new\n"));
        assertThrows(
                IllegalArgumentException.class,
                () -> Performance.replaced("<!-- end: a --><!-- begin: a -->\n", "a", "new\n"));
    }

    @Test
    void writingARunTwiceChangesNothing() throws IOException {
        Measured hashing = new Measured("HashBench", "ours", "ns/op", List.of(1.0, 2.0, 3.0));
        Results results = Results.none(false, MACHINE).with(List.of(hashing), "2026-01-01");
        String once = Performance.written(Files.readString(DOCUMENT), results);
        assertEquals(once, Performance.written(once, results));
        assertTrue(once.contains("| `ours` | 2 ± 25 % | 1× |\n"), once);
    }

    @Test
    void tablesOfOtherBenchesStayInTheDocument() throws IOException {
        String document = Files.readString(DOCUMENT);
        Measured hashing = new Measured("HashBench", "ours", "ns/op", List.of(1.0, 2.0, 3.0));
        String written =
                Performance.written(document, Results.none(false, MACHINE).with(List.of(hashing), "2026-01-01"));
        String hashes = "(?s)(<!-- begin: hashing -->).*?(<!-- end: hashing -->)";
        assertEquals(document.replaceFirst(hashes, "$1$2"), written.replaceFirst(hashes, "$1$2"));
    }

    @Test
    void proseOfTheDocumentHasNoFigures() throws IOException {
        String prose = Pattern.compile(
                        "<!-- begin: ([a-z-]+) -->.*?<!-- end: \\1 -->|```.*?```|`[^`]*`", Pattern.DOTALL)
                .matcher(Files.readString(DOCUMENT))
                .replaceAll("");
        assertEquals("", prose.replaceAll("\\D", ""));
    }

    @Test
    void newResultsReplaceOnlyThoseOfTheSameBench(@TempDir Path directory) throws IOException {
        Measured first = new Measured("A", "ours", "ns/op", List.of(1.0));
        Measured other = new Measured("B", "ours", "ns/op", List.of(2.0));
        Measured again = new Measured("A", "naive", "ns/op", List.of(3.5));
        Path file = directory.resolve("new/results.json");
        Results.none(false, MACHINE).with(List.of(first, other), "2026-01-01").write(file);
        Results merged = Results.read(file).with(List.of(again), "2026-01-02");
        assertEquals(List.of(other, again), merged.measured());
        assertEquals(Map.of("A", "2026-01-02", "B", "2026-01-01"), merged.dates());
        merged.write(file);
        assertEquals(merged, Results.read(file));
    }
}
