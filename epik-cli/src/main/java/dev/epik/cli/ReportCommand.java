// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.ads.AdsClient;
import dev.epik.ads.AdsReport;
import dev.epik.ads.AttributionWindows;
import dev.epik.capi.EpikException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Reports what campaigns have cost and brought. */
@Command(
        name = "report",
        abbreviateSynopsis = true,
        description = {
            "Reports spend, attributed checkouts and their value, the cost of a checkout and the return on ad spend,"
                    + " by campaign and by day in UTC.",
        })
final class ReportCommand implements Callable<Integer> {
    private static final String DAYS = "[0-9]{1,2}d";

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Mixin
    HelpOption help = new HelpOption();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "7d or 2026-11-20. Default: 7d. At most " + AdsReport.MAX_DAYS + "d.")
    String since = "7d";

    @Option(names = "--click-days", paramLabel = "DAYS", description = "Attribution window after a click. Default: 30.")
    int clickDays = AttributionWindows.DEFAULT.clickDays();

    @Option(
            names = "--engagement-days",
            paramLabel = "DAYS",
            description = "The same after an engagement. Default: 30.")
    int engagementDays = AttributionWindows.DEFAULT.engagementDays();

    @Option(names = "--view-days", paramLabel = "DAYS", description = "The same after a view. Default: 1.")
    int viewDays = AttributionWindows.DEFAULT.viewDays();

    @Option(names = "--by-conversion-time", description = "Count a checkout on its own day, not on that of the click.")
    boolean byConversionTime;

    @Option(names = "--accepted", paramLabel = "FILE", description = "Accepted checkouts: day,events,value,currency.")
    List<Path> accepted = List.of();

    @Mixin
    DestinationOptions destination = new DestinationOptions();

    @Mixin
    JsonOutput json = new JsonOutput();

    @Override
    public Integer call() {
        LocalDate first = first(since, LocalDate.now(ZoneOffset.UTC));
        AttributionWindows windows = new AttributionWindows(clickDays, engagementDays, viewDays, byConversionTime);
        try (AdsClient ads = AdsConnection.open(destination);
                PrintWriter out = new PrintWriter(new StandardOutput())) {
            AdsReport report = ads.report(first, windows).withAccepted(AdsReport.readAccepted(accepted));
            out.print(json.isOn ? report.json() + "\n" : report.text());
            return 0;
        } catch (EpikException e) {
            return AdsConnection.failure(e, spec.commandLine().getErr());
        }
    }

    private static LocalDate first(String since, LocalDate today) {
        try {
            LocalDate first = since.matches(DAYS)
                    ? today.minusDays(Integer.parseInt(since.substring(0, since.length() - 1)))
                    : LocalDate.parse(since);
            if (first.isAfter(today) || first.isBefore(today.minusDays(AdsReport.MAX_DAYS))) {
                throw new UsageException(
                        "--since is " + since + ": Pinterest reports the last " + AdsReport.MAX_DAYS + " days");
            }
            return first;
        } catch (DateTimeParseException e) {
            throw new UsageException("--since is invalid: give days such as 7d, or a day such as 2026-11-20");
        }
    }
}
