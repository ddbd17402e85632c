// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.ads.AdsClient;
import dev.epik.ads.plan.AdsPlanner;
import dev.epik.ads.plan.PauseReport;
import dev.epik.capi.EpikException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Pauses all campaigns of an ad account. */
@Command(
        name = "pause",
        abbreviateSynopsis = true,
        description = {
            "Pauses all active campaigns of the ad account at once, which stops all spending. Needs no plan and no"
                    + " limit. Ad groups and ads keep their status.",
            "Exits with 0 if no campaign is active any more, and 1 otherwise.",
        })
final class PauseCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Mixin
    HelpOption help = new HelpOption();

    @Option(names = "--all", required = true, description = "Pause all campaigns. Required.")
    boolean all;

    @Option(names = "--journal", paramLabel = "PATH", description = "Log of all writes. Default: none.")
    @Nullable
    Path journal;

    @Mixin
    DestinationOptions destination = new DestinationOptions();

    @Mixin
    JsonOutput json = new JsonOutput();

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        InterruptMessage interruption =
                new InterruptMessage(() -> "Some campaigns may still be active. Run the same command again");
        try (interruption;
                AdsClient ads = AdsConnection.open(destination.accountId(), destination.api, journal)) {
            return report(AdsPlanner.of(ads).pauseAll(), ads, err);
        } catch (EpikException e) {
            int exit = AdsConnection.failure(e, err);
            err.println("Nothing was paused. Correct this and run it again, or pause the campaigns in Ads Manager");
            err.flush();
            return exit;
        }
    }

    private int report(PauseReport report, AdsClient ads, PrintWriter err) {
        if (json.isOn) {
            JsonOutput.print(fields -> {
                fields.writeBooleanField("complete", report.isComplete());
                JsonOutput.texts(fields, "paused", report.paused());
                JsonOutput.texts(fields, "failures", report.failures());
            });
        } else {
            try (PrintWriter out = new PrintWriter(new StandardOutput())) {
                String name = ads.account().name().replaceAll("\\p{C}", " ");
                out.println("Ad account " + ads.account().id() + " \"" + name + "\"");
                report.paused().forEach(campaign -> out.println("Paused " + campaign));
                if (report.isComplete()) {
                    out.println(
                            (report.paused().isEmpty() ? "No campaign was active" : "No campaign is active any more")
                                    + ". Nothing is spent.");
                }
            }
        }
        report.failures().forEach(failure -> err.println("epik: " + failure));
        err.flush();
        return report.isComplete() ? 0 : 1;
    }
}
