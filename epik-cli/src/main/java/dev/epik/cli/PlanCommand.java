// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.ads.AdsClient;
import dev.epik.ads.plan.Plan;
import dev.epik.ads.plan.PlanFile;
import dev.epik.capi.EpikException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what has to be written so that the ad account is as a plan file wants it. */
@Command(
        name = "plan",
        abbreviateSynopsis = true,
        description = {
            "Shows what \"apply\" would write so that the ad account is as FILE wants it. Sends nothing.",
            "Exits with 0 if nothing would change, 3 if something would, and 1 if the file is wrong, the plan is"
                    + " refused or the account cannot be read.",
        })
final class PlanCommand implements Callable<Integer> {
    private static final int CHANGES = 3;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Mixin
    HelpOption help = new HelpOption();

    @Parameters(index = "0", paramLabel = "FILE", description = "A plan file in YAML. \"export\" writes one.")
    Path file = Path.of("");

    @Option(names = "--out", paramLabel = "PATH", description = "Save the plan for \"apply\". Ends in .json.")
    @Nullable
    Path saved;

    @Mixin
    PlanFlags flags = new PlanFlags();

    @Mixin
    ApiOptions api = new ApiOptions();

    @Mixin
    JsonOutput json = new JsonOutput();

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        if (isSavedPlan(file)) {
            throw new UsageException("FILE is a plan file in YAML: a file that ends in .json is a saved plan");
        }
        if (saved != null && !isSavedPlan(saved)) {
            throw new UsageException("--out must end in .json, by which \"apply\" knows a saved plan");
        }
        try {
            PlanFile wanted = PlanFile.read(file);
            try (AdsClient ads = AdsConnection.open(wanted.adAccount(), api, null)) {
                Plan plan = flags.on(AdsConnection.planner(ads)).plan(wanted);
                print(plan, json.isOn);
                return result(plan, err);
            }
        } catch (EpikException e) {
            return AdsConnection.failure(e, err);
        }
    }

    private int result(Plan plan, PrintWriter err) {
        if (!plan.refusals().isEmpty()) {
            err.println("epik: The plan is refused" + (saved == null ? "." : ", so it was not saved."));
            err.flush();
            return 1;
        }
        if (saved != null) {
            plan.save(saved);
        }
        if (plan.isEmpty()) {
            return 0;
        }
        err.println("Nothing was sent. To apply it: epik ads apply " + (saved == null ? file : saved) + options()
                + " --yes" + (saved == null ? "" : " (within 24 hours)"));
        err.flush();
        return CHANGES;
    }

    /** Returns the flags that the command to apply needs, too; a saved plan has them. */
    private String options() {
        return saved != null
                ? ""
                : (flags.adopt ? " --adopt" : "") + (flags.overwriteDrift ? " --overwrite-drift" : "");
    }

    /** Prints a plan on standard output. */
    static void print(Plan plan, boolean asJson) {
        try (PrintWriter out = new PrintWriter(new StandardOutput())) {
            out.print(asJson ? plan.json() + "\n" : plan.text());
        }
    }

    /** Returns whether a path is that of a saved plan. */
    static boolean isSavedPlan(Path path) {
        return path.toString().toLowerCase(Locale.ROOT).endsWith(".json");
    }
}
