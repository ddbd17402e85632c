// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.Mode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How events are sent. The mode has no default. */
final class Sending {
    @Option(
            names = "--mode",
            paramLabel = "live|test",
            defaultValue = "${env:EPIK_MODE}",
            description = "live: events count. test: they are only checked. Default: EPIK_MODE. It must be chosen.")
    @Nullable
    String mode;

    @Option(names = "--for", paramLabel = "TIME", description = "Wait for events that are not ready: 30s, 10m, 2h.")
    @Nullable
    String patience;

    Mode mode() {
        String text = mode == null ? "" : mode.strip().toLowerCase(Locale.ROOT);
        return switch (text) {
            case "live" -> Mode.LIVE;
            case "test" -> Mode.TEST;
            case "" -> throw new WrongUsage("Choose --mode live or --mode test, or set EPIK_MODE");
            default -> throw new WrongUsage("--mode is live or test");
        };
    }

    Duration patience() {
        if (patience == null) {
            return Duration.ZERO;
        }
        try {
            return Duration.parse("PT" + patience.strip().toUpperCase(Locale.ROOT));
        } catch (DateTimeParseException noTime) {
            throw new WrongUsage("--for is a time such as 30s, 10m or 2h");
        }
    }

    /** Returns whether test mode is named, by the option or the environment. */
    boolean isTest() {
        return mode != null && mode.strip().equalsIgnoreCase("test");
    }

    Delivering to(Destination destination, Path outbox) {
        return new Delivering(outbox, destination.account(), destination.root(), mode(), patience());
    }
}
