// SPDX-License-Identifier: Apache-2.0
package dev.epik.browser;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A headless Chromium in which every host name is this machine. Found by {@code CHROME_BIN} and {@code CHROMEDRIVER_BIN}, else
 * on the path; never downloaded. {@code quit()} closes it and removes its profile.
 */
public final class Chromium {
    record Binaries(Path browser, Path driver) {}

    private Chromium() {}

    static Optional<Binaries> binaries() {
        Optional<Path> browser = find(System.getenv("CHROME_BIN"), "chromium", "chromium-browser", "google-chrome");
        Optional<Path> driver = find(System.getenv("CHROMEDRIVER_BIN"), "chromedriver");
        return browser.flatMap(found -> driver.map(itsDriver -> new Binaries(found, itsDriver)));
    }

    /** {@code arguments} are added to the usual ones. */
    public static ChromeDriver open(String... arguments) {
        Binaries binaries = binaries().orElseThrow();
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
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(binaries.driver.toFile())
                .usingAnyFreePort()
                .withSilent(true)
                .build();
        return new ChromeDriver(service, options);
    }

    private static Optional<Path> find(@Nullable String named, String... names) {
        Stream<Path> byName = folders().flatMap(folder -> Arrays.stream(names).map(folder::resolve));
        return Stream.concat(Stream.ofNullable(named).map(Path::of), byName)
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Stream<Path> folders() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return List.of(path.split(File.pathSeparator, -1)).stream()
                .filter(folder -> !folder.isEmpty())
                .map(Path::of);
    }
}
