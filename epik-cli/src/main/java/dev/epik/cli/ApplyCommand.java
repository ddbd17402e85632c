// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.epik.ads.AdsClient;
import dev.epik.ads.plan.AdsPlanner;
import dev.epik.ads.plan.ApplyReport;
import dev.epik.ads.plan.Plan;
import dev.epik.ads.plan.PlanAction;
import dev.epik.ads.plan.PlanFile;
import dev.epik.ads.plan.SavedPlan;
import dev.epik.capi.EpikException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes the ad account as a plan file or a saved plan wants it. */
@Command(
        name = "apply",
        abbreviateSynopsis = true,
        description = {
            "Makes the ad account as FILE wants it. Creates everything paused, unless FILE says ACTIVE and its"
                    + " spend_limit allows it. If it is interrupted, run it again.",
            "Exits with 0 if everything was applied, and 1 otherwise.",
        })
final class ApplyCommand implements Callable<Integer> {
    private static final String REFUSED = "The plan is refused. Nothing was sent";

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Mixin
    HelpOption help = new HelpOption();

    @Parameters(index = "0", paramLabel = "FILE", description = "A plan file, or a plan saved by \"plan --out\".")
    Path file = Path.of("");

    @Option(names = "--yes", description = "Confirm. Without it the plan is only shown.")
    boolean yes;

    @Option(names = "--journal", paramLabel = "PATH", description = "Log of all writes. Default: FILE.journal.")
    @Nullable
    Path journal;

    @Mixin
    PlanFlags flags = new PlanFlags();

    @Mixin
    ApiOptions api = new ApiOptions();

    @Mixin
    JsonOutput json = new JsonOutput();

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        boolean isSaved = PlanCommand.isSavedPlan(file);
        if (isSaved && flags.areSet()) {
            throw new UsageException(
                    "A saved plan has its own options: give --adopt and --overwrite-drift to \"plan\"");
        }
        try {
            SavedPlan saved = isSaved ? SavedPlan.read(file) : null;
            PlanFile wanted = saved == null ? PlanFile.read(file) : saved.file();
            try (AdsClient ads = AdsConnection.open(wanted.adAccount(), api, yes ? journal(wanted) : null)) {
                AdsPlanner planner = AdsConnection.planner(ads);
                return saved == null ? apply(planner, wanted, err) : apply(planner, saved, err);
            }
        } catch (EpikException e) {
            return AdsConnection.failure(e, err);
        }
    }

    private Path journal(PlanFile wanted) {
        return journal != null
                ? journal
                : wanted.path().resolveSibling(wanted.path().getFileName() + ".journal");
    }

    private int apply(AdsPlanner planner, PlanFile wanted, PrintWriter err) {
        Plan plan = flags.on(planner).plan(wanted);
        if (!json.isOn || !yes) {
            PlanCommand.print(plan, json.isOn);
        }
        if (!yes) {
            return notConfirmed(plan, err);
        }
        if (!plan.refusals().isEmpty()) {
            return json.isOn ? report(refused(plan), err) : nothing(REFUSED, err);
        }
        try (Run run = new Run(plan.actions().size(), err)) {
            return report(run.observing(planner).apply(plan), err);
        }
    }

    private int apply(AdsPlanner planner, SavedPlan saved, PrintWriter err) {
        if (!yes) {
            PlanFlags savedFlags = new PlanFlags();
            savedFlags.adopt = saved.adopts();
            savedFlags.overwriteDrift = saved.overwritesDrift();
            Plan plan = savedFlags.on(planner).plan(saved.file());
            PlanCommand.print(plan, json.isOn);
            return notConfirmed(plan, err);
        }
        try (Run run = new Run(0, err)) {
            return report(run.observing(planner).apply(saved), err);
        }
    }

    private static int notConfirmed(Plan plan, PrintWriter err) {
        if (plan.isEmpty()) {
            return 0;
        }
        if (!plan.refusals().isEmpty()) {
            return nothing(REFUSED, err);
        }
        return nothing("Nothing was sent. To apply this, run it again with --yes", err);
    }

    private static int nothing(String message, PrintWriter err) {
        err.println("epik: " + message);
        err.flush();
        return 1;
    }

    private static ApplyReport refused(Plan plan) {
        return new ApplyReport(List.of(), plan.actions(), plan.refusals(), Optional.empty(), List.of());
    }

    private int report(ApplyReport report, PrintWriter err) {
        if (json.isOn) {
            JsonOutput.print(fields -> {
                fields.writeBooleanField("complete", report.isComplete());
                JsonOutput.array(fields, "applied", report.applied(), ApplyCommand::write);
                JsonOutput.array(fields, "not_applied", report.notApplied(), ApplyCommand::write);
                JsonOutput.texts(fields, "refusals", report.refusals());
                JsonOutput.texts(fields, "failures", report.failure().stream().toList());
                JsonOutput.texts(fields, "notes", report.notes());
            });
        } else {
            try (PrintWriter out = new PrintWriter(new StandardOutput())) {
                out.println(report.text().strip());
                if (report.isComplete() && isAllPaused(report)) {
                    out.println("What was created is paused. Check it in Ads Manager.");
                }
            }
        }
        if (!report.isComplete()) {
            err.println("epik: " + (report.refusals().isEmpty() ? "Not everything" : "Nothing") + " was applied");
            err.flush();
        }
        return report.isComplete() ? 0 : 1;
    }

    private static boolean isAllPaused(ApplyReport report) {
        return report.applied().stream().anyMatch(action -> action.type() == PlanAction.Type.CREATE)
                && report.applied().stream().noneMatch(action -> action.type() == PlanAction.Type.ACTIVATE);
    }

    private static void write(JsonGenerator json, PlanAction action) throws IOException {
        json.writeStringField("action", action.type().name());
        json.writeStringField("kind", action.kind().name());
        json.writeStringField("id", action.id());
        json.writeStringField("name", action.name());
    }

    /** The progress of a run, and what an interruption prints. The caller closes it. */
    private static final class Run implements AutoCloseable {
        private final int total;
        private final PrintWriter err;
        private final AtomicInteger written = new AtomicInteger();
        private final InterruptMessage interruption = new InterruptMessage(this::resume);

        /** @param total the number of writes; 0 if it is not known */
        Run(int total, PrintWriter err) {
            this.total = total;
            this.err = err;
        }

        AdsPlanner observing(AdsPlanner planner) {
            return planner.onProgress(action -> {
                String count = written.incrementAndGet() + (total == 0 ? "" : "/" + total);
                err.println(
                        count + " " + past(action.type()) + " " + action.kind().title() + " \"" + action.name() + "\""
                                + (action.id().isEmpty() ? "" : " (" + action.id() + ")"));
                err.flush();
            });
        }

        private String resume() {
            return written.get() + (total == 0 ? "" : " of " + total)
                    + " writes were confirmed. To go on, run the same command again: it creates nothing twice";
        }

        @Override
        public void close() {
            interruption.close();
        }
    }

    private static String past(PlanAction.Type type) {
        return switch (type) {
            case CREATE -> "created";
            case CHANGE -> "changed";
            case ACTIVATE -> "activated";
        };
    }
}
