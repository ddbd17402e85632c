// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks which browser is found. No browser is started. */
class ChromiumBinariesTest {
    @TempDir
    Path folder;

    private Path chromium;
    private Path driver;
    private Path other;

    @BeforeEach
    void install() throws IOException {
        Files.createDirectories(folder.resolve("bin"));
        Files.createDirectories(folder.resolve("opt"));
        chromium = program("bin/chromium");
        driver = program("bin/chromedriver");
        other = program("opt/thorium");
    }

    private Path program(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createFile(file);
        assertTrue(file.toFile().setExecutable(true));
        return file;
    }

    private Optional<Chromium.Binaries> find(Map<String, String> properties, Map<String, String> environment) {
        return Chromium.binaries(properties::get, environment::get);
    }

    private String path() {
        return folder.resolve("nowhere") + File.pathSeparator + File.pathSeparator + folder.resolve("bin");
    }

    private Optional<Chromium.Binaries> these(Path browser, Path itsDriver) {
        return Optional.of(new Chromium.Binaries(browser, itsDriver));
    }

    @Test
    void findsBothOnThePath() {
        assertEquals(these(chromium, driver), find(Map.of(), Map.of("PATH", path())));
    }

    @Test
    void environmentOverridesThePath() {
        assertEquals(these(other, driver), find(Map.of(), Map.of("PATH", path(), "CHROME_BIN", other.toString())));
    }

    @Test
    void propertyOverridesTheEnvironment() {
        assertEquals(
                these(chromium, driver),
                find(
                        Map.of("epik.chromium", chromium.toString()),
                        Map.of("PATH", path(), "CHROME_BIN", other.toString())));
    }

    @Test
    void doesNotReplaceANamedBinaryThatIsMissing() {
        String missing = folder.resolve("missing").toString();
        assertEquals(Optional.empty(), find(Map.of("epik.chromium", missing), Map.of("PATH", path())));
        assertEquals(Optional.empty(), find(Map.of(), Map.of("PATH", path(), "CHROMEDRIVER_BIN", missing)));
    }

    @Test
    void findsNothingForABrowserWithoutADriver() throws IOException {
        Files.delete(driver);
        assertEquals(Optional.empty(), find(Map.of(), Map.of("PATH", path())));
    }
}
