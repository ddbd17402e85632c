// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.EpikClient.ConnectionCheck;
import dev.epik.capi.EpikException;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.outbox.spi.OutboxView;
import dev.epik.cli.doctor.Diagnosis;
import dev.epik.cli.doctor.Finding;
import dev.epik.cli.doctor.Sample;
import dev.epik.cli.doctor.SpoolFinding;
import dev.epik.cli.raw.RawEvent;
import dev.epik.cli.raw.Rows;
import dev.epik.cli.raw.UnusableFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks what an operator would ask, in the order in which one thing is the cause of the next. */
@Command(
        name = "doctor",
        abbreviateSynopsis = true,
        description = {
            "Finds out why sales do not show up.",
            "Checks clock, access token and ad account with one test event, which Pinterest records nowhere; and a FILE of your"
                    + " raw events: their names, ids, click ids, match keys, money and times.",
            "Exit code 0: all is well; 1: something is not, with its cure.",
        })
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    Help help = new Help();

    @Mixin
    Reading reading = new Reading();

    @Mixin
    Destination destination = new Destination();

    @Option(
            names = "--mode",
            paramLabel = "live|test",
            defaultValue = "${env:EPIK_MODE}",
            description = "The mode of your application. Default: EPIK_MODE. The doctor's own event is always a test.")
    @Nullable
    String mode;

    @Option(
            names = "--spool",
            paramLabel = "PATH",
            description = "The spool of your application, if it has one: whether events are stuck in it. Only reads.")
    @Nullable
    Path spool;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            description = "One JSON object a line, or CSV as \"import\" reads it. - is standard input.")
    @Nullable
    String file;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Finding> findings = new ArrayList<>();
        findings.add(mode());
        findings.addAll(connection());
        findings.addAll(spool());
        findings.addAll(events());
        try (PrintWriter out = new PrintWriter(new Output())) {
            for (Finding finding : findings) {
                out.printf("%-4s  %-12s  %s%n", finding.level(), finding.check(), finding.says());
            }
            long fails = count(findings, Finding.Level.FAIL);
            long warns = count(findings, Finding.Level.WARN);
            out.println(
                    fails + warns == 0 ? "All is well." : fails + " to be mended, " + warns + " that could be better.");
            return fails + warns == 0 ? 0 : 1;
        }
    }

    private static long count(List<Finding> findings, Finding.Level level) {
        return findings.stream().filter(finding -> finding.level() == level).count();
    }

    private Finding mode() {
        if (mode == null || mode.isBlank()) {
            return Finding.skip("mode", "is not set here (EPIK_MODE, --mode): your application chooses LIVE or TEST");
        }
        return switch (mode.strip().toLowerCase(Locale.ROOT)) {
            case "live" -> Finding.ok("mode", "is live: events count");
            case "test" ->
                Finding.warn(
                        "mode",
                        "is test: Pinterest checks events and counts none. Set EPIK_MODE=live where sales are real");
            default -> Finding.fail("mode", "is neither live nor test: set EPIK_MODE to one of the two");
        };
    }

    private List<Finding> connection() throws InterruptedException {
        AdAccount account;
        try {
            account = destination.account();
        } catch (EpikException missing) {
            return List.of(Finding.fail("settings", String.valueOf(missing.getMessage())));
        }
        try {
            ConnectionCheck check = EpikClient.checkConnection(account, destination.root());
            return Diagnosis.of(check, Instant.now(), account.id());
        } catch (EpikException wrongRoot) {
            return List.of(Finding.fail("settings", String.valueOf(wrongRoot.getMessage())));
        }
    }

    private List<Finding> spool() {
        if (spool == null) {
            return List.of();
        }
        try (OutboxView view = SqliteOutbox.inspect(spool)) {
            List<Finding> findings = view.adAccounts().stream()
                    .map(account -> SpoolFinding.of(account, view.backlog(account)))
                    .toList();
            return findings.isEmpty() ? List.of(SpoolFinding.empty()) : findings;
        } catch (EpikException e) {
            return List.of(Finding.fail("spool", String.valueOf(e.getMessage())));
        }
    }

    private List<Finding> events() throws IOException {
        if (file == null) {
            return List.of(Finding.skip(
                    "events",
                    "name a FILE of raw events, and their names, click ids, match keys, money and times are checked"));
        }
        Sample sample = new Sample();
        try (Rows rows = reading.open(file)) {
            for (RawEvent event = rows.next(); event != null; event = rows.next()) {
                sample.add(event, rows.line());
            }
        } catch (UnusableFile e) {
            return List.of(Finding.fail("events", "cannot be read. " + e.getMessage()));
        }
        return sample.findings();
    }
}
