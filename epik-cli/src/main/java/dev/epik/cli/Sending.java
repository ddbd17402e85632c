// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.pinterest.Mode;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How what sends is to send: the mode is a choice without a default. */
final class Sending {
    @Option(
            names = "--mode",
            paramLabel = "live|test",
            defaultValue = "${env:EPIK_MODE}",
            description =
                    "live: events count; test: Pinterest checks and counts none. Default: EPIK_MODE; there is no other.")
    @Nullable
    String mode;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            description = "How long to wait for what is not ready yet, such as 30s, 10m or 2h. Default: not at all.")
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

    Delivering to(Destination destination) {
        return new Delivering(destination.account(), destination.root(), mode(), patience());
    }
}
