// SPDX-License-Identifier: Apache-2.0
package dev.epik.browser;

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
 * A headless Chromium in which every host name is this machine. The browser is the one that the system property
 * {@code epik.chromium} or else {@code CHROME_BIN} names, its driver the one of {@code epik.chromedriver} or
 * {@code CHROMEDRIVER_BIN}; what nobody names is looked for on the path. Nothing is ever downloaded.
 *
 * <p>Whoever opens one quits it; {@code quit()} leaves nothing behind in the temporary folder.
 */
public final class Chromium {
    record Binaries(Path browser, Path driver) {}

    private Chromium() {}

    static Optional<Binaries> binaries() {
        return binaries(System::getProperty, System::getenv);
    }

    /** A browser that is named and not there is not replaced by another: the name was meant. */
    static Optional<Binaries> binaries(
            Function<String, @Nullable String> properties, Function<String, @Nullable String> environment) {
        String path = Optional.ofNullable(environment.apply("PATH")).orElse("/usr/bin");
        String browser = first(properties.apply("epik.chromium"), environment.apply("CHROME_BIN"));
        String driver = first(properties.apply("epik.chromedriver"), environment.apply("CHROMEDRIVER_BIN"));
        return find(browser, path, "chromium", "chromium-browser", "google-chrome")
                .flatMap(found -> find(driver, path, "chromedriver").map(itsDriver -> new Binaries(found, itsDriver)));
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

    /** {@code arguments} are added to the usual ones. */
    public static ChromeDriver open(String... arguments) {
        Binaries binaries = binaries()
                .orElseThrow(() -> new IllegalStateException("no chromium here: put @RequiresChromium on the test"));
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
                "--window-size=1280,1000",
                "--host-resolver-rules=MAP * 127.0.0.1");
        options.addArguments(arguments);
        LoggingPreferences logging = new LoggingPreferences();
        logging.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logging);
        try {
            return new TidyDriver(binaries.driver, options, Files.createTempDirectory("epik"));
        } catch (IOException noRoom) {
            throw new UncheckedIOException(noRoom);
        }
    }

    /** Chromium leaves a folder behind even where its driver removes the profile: it gets a temporary folder of its own. */
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
            } catch (IOException | UncheckedIOException vanished) {
                // Chromium, still on its way out, removed a file first.
            }
        }
    }
}
