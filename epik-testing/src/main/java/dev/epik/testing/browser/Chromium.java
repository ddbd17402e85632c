// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing.browser;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A headless Chromium in which every host name resolves to this machine. The system property {@code epik.chromium} or
 * the environment variable {@code CHROME_BIN} names the browser, {@code epik.chromedriver} or {@code CHROMEDRIVER_BIN}
 * names its driver. Without a name, the binary is searched on the path. Nothing is downloaded.
 *
 * <p>The caller must quit the browser. {@code quit()} deletes its temporary files.
 */
public final class Chromium {
    record Binaries(Path browser, Path driver) {}

    private Chromium() {}

    static Optional<Binaries> binaries() {
        return binaries(System::getProperty, System::getenv);
    }

    /** Finds browser and driver. A named binary that is missing is not replaced by another. */
    static Optional<Binaries> binaries(
            Function<String, @Nullable String> properties, Function<String, @Nullable String> environment) {
        String path = Optional.ofNullable(environment.apply("PATH")).orElse("/usr/bin");
        String browser = first(properties.apply("epik.chromium"), environment.apply("CHROME_BIN"));
        String driver = first(properties.apply("epik.chromedriver"), environment.apply("CHROMEDRIVER_BIN"));
        return find(browser, path, "chromium", "chromium-browser", "google-chrome")
                .flatMap(
                        found -> find(driver, path, "chromedriver").map(driverPath -> new Binaries(found, driverPath)));
    }

    private static @Nullable String first(@Nullable String one, @Nullable String other) {
        return one != null ? one : other;
    }

    private static Optional<Path> find(@Nullable String named, String path, String... usualNames) {
        Stream<Path> places = named != null
                ? Stream.of(Path.of(named))
                : Arrays.stream(path.split(File.pathSeparator, -1))
                        .filter(folder -> !folder.isEmpty())
                        .flatMap(folder -> Arrays.stream(usualNames).map(name -> Path.of(folder, name)));
        return places.filter(place -> Files.isRegularFile(place) && Files.isExecutable(place))
                .findFirst();
    }

    /** Opens a browser. {@code arguments} are added to the default ones. */
    public static ChromeDriver open(String... arguments) {
        Binaries binaries = binaries()
                .orElseThrow(() -> new IllegalStateException("no Chromium found: put @RequiresChromium on the test"));
        ChromeOptions options = new ChromeOptions();
        options.setBinary(binaries.browser.toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                // Without a new process for each site a page takes half the time. Cookies and storage do not differ.
                "--disable-site-isolation-trials",
                "--disable-features=SpareRendererForSitePerProcess",
                "--window-size=1280,1000",
                "--host-resolver-rules=MAP * 127.0.0.1");
        options.addArguments(arguments);
        LoggingPreferences logging = new LoggingPreferences();
        logging.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logging);
        try {
            return new TidyDriver(binaries.driver, options, Files.createTempDirectory("epik"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives Chromium its own temporary folder, because it leaves a folder even if its driver removes the profile. */
    private static final class TidyDriver extends ChromeDriver {
        private final Path scratch;

        TidyDriver(Path driver, ChromeOptions options, Path scratch) {
            super(
                    new ChromeDriverService.Builder()
                            .usingDriverExecutable(driver.toFile())
                            .usingAnyFreePort()
                            .withEnvironment(Map.of("TMPDIR", scratch.toString()))
                            .withSilent(true)
                            .build(),
                    options);
            this.scratch = scratch;
        }

        @Override
        public void quit() {
            super.quit();
            try (Stream<Path> left = Files.walk(scratch)) {
                left.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            } catch (IOException | UncheckedIOException ignored) {
                // Chromium is still terminating and has deleted a file first.
            }
        }
    }
}
