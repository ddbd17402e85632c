// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.Mode;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for sending events. The mode has no default. */
final class SendOptions {
    @Option(
            names = "--mode",
            paramLabel = "live|test",
            defaultValue = "${env:EPIK_MODE}",
            description = "live, or test: only validates. Default: EPIK_MODE.")
    @Nullable
    String mode;

    @Option(names = "--for", paramLabel = "TIME", description = "Wait for events that are not ready: 30s, 10m, 2h.")
    @Nullable
    String maxWait;

    Mode mode() {
        String text = mode == null ? "" : mode.strip().toLowerCase(Locale.ROOT);
        return switch (text) {
            case "live" -> Mode.LIVE;
            case "test" -> Mode.TEST;
            case "" -> throw new UsageException("The mode is missing: set EPIK_MODE or --mode to live or test");
            default -> throw new UsageException("--mode is invalid: it must be live or test");
        };
    }

    Duration maxWait() {
        return maxWait == null ? Duration.ZERO : time("--for", maxWait);
    }

    /**
     * Returns the time that an option has.
     *
     * @throws UsageException if it is invalid
     */
    static Duration time(String option, String text) {
        try {
            return Duration.parse("PT" + text.strip().toUpperCase(Locale.ROOT));
        } catch (DateTimeParseException e) {
            throw new UsageException(option + " is invalid: it must be a time such as 30s, 10m or 2h");
        }
    }

    /** Returns whether test mode is set, by the option or the environment. */
    boolean isTest() {
        return mode != null && mode.strip().equalsIgnoreCase("test");
    }

    /**
     * Returns the delivery of an outbox.
     *
     * @throws UsageException if an option is missing or invalid
     */
    OutboxDelivery deliveryTo(DestinationOptions destination, String outboxName) {
        return new OutboxDelivery(outboxName, destination.account(), destination.api.baseUrl(), mode(), maxWait());
    }
}
