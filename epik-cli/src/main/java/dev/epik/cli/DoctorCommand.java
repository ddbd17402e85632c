// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.EpikClient.ConnectionCheck;
import dev.epik.capi.EpikException;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.outbox.spi.OutboxView;
import dev.epik.cli.doctor.AdvertiserEventsDiagnosis;
import dev.epik.cli.doctor.ConnectionDiagnosis;
import dev.epik.cli.doctor.EventSample;
import dev.epik.cli.doctor.Finding;
import dev.epik.cli.doctor.OutboxDiagnosis;
import dev.epik.cli.doctor.OwnCoverage;
import dev.epik.cli.doctor.SpoolDiagnosis;
import dev.epik.cli.raw.InvalidFileException;
import dev.epik.cli.raw.RawEvent;
import dev.epik.cli.raw.Rows;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Checks mode, connection, outbox, spool and events, in this order: an earlier problem can be the cause of a later one.
 */
@Command(
        name = "doctor",
        abbreviateSynopsis = true,
        description = {
            "Finds out why sales do not show up.",
            "Checks clock, access token and ad account with one test event, which is never recorded, and your raw events in"
                    + " a FILE: names, ids, click ids, match keys, amounts, times.",
            "Exit code 0: no problems; 1: there are problems, each with its cure.",
        })
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    HelpOption help = new HelpOption();

    @Mixin
    InputOptions inputOptions = new InputOptions();

    @Mixin
    DestinationOptions destination = new DestinationOptions();

    @Option(
            names = "--mode",
            paramLabel = "live|test",
            defaultValue = "${env:EPIK_MODE}",
            description = "The mode of your application. Default: EPIK_MODE.")
    @Nullable
    String mode;

    @Option(names = "--spool", paramLabel = "PATH", description = "Your spool file: are events stuck in it? Read-only.")
    @Nullable
    Path spool;

    @Option(
            names = "--outbox",
            paramLabel = "PATH",
            description = "Your outbox: a file, or jdbc:postgresql://HOST/NAME")
    @Nullable
    String outbox;

    @Mixin
    DatabaseOptions database = new DatabaseOptions();

    @Mixin
    QualityOptions quality = new QualityOptions();

    @Mixin
    JsonOutput json = new JsonOutput();

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "JSON lines, or CSV as for \"import\". - is stdin.")
    @Nullable
    String file;

    private final PinterestReads reads = new PinterestReads();
    private Optional<OwnCoverage> coverageOfFile = Optional.empty();

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Finding> findings = new ArrayList<>();
        findings.add(mode());
        findings.addAll(connection());
        findings.addAll(outbox());
        findings.addAll(spool());
        findings.addAll(events());
        if (quality.isOn()) {
            findings.addAll(quality.checkOwn(reads, coverageOfFile));
        }
        long fails = count(findings, Finding.Level.FAIL);
        long warns = count(findings, Finding.Level.WARN);
        if (json.isOn) {
            JsonOutput.print(out -> {
                out.writeNumberField("problems", fails);
                out.writeNumberField("warnings", warns);
                JsonOutput.array(out, "findings", findings, (each, finding) -> {
                    each.writeStringField("level", finding.level().name().toLowerCase(Locale.ROOT));
                    each.writeStringField("check", finding.check());
                    each.writeStringField("message", finding.message());
                });
                if (quality.isOn()) {
                    quality.write(out);
                }
            });
        } else {
            print(findings, fails, warns);
        }
        return fails + warns == 0 ? 0 : 1;
    }

    private void print(List<Finding> findings, long fails, long warns) {
        try (PrintWriter out = new PrintWriter(new StandardOutput())) {
            for (Finding finding : findings) {
                out.printf("%-4s  %-12s  %s%n", finding.level(), finding.check(), finding.message());
            }
            quality.print(out);
            out.println(
                    fails + warns == 0 ? "No problems found." : "Problems: " + fails + ". Warnings: " + warns + ".");
        }
    }

    private static long count(List<Finding> findings, Finding.Level level) {
        return findings.stream().filter(finding -> finding.level() == level).count();
    }

    private Finding mode() {
        if (mode == null || mode.isBlank()) {
            return Finding.skip("mode", "not checked: set EPIK_MODE or --mode to the mode of your application");
        }
        return switch (mode.strip().toLowerCase(Locale.ROOT)) {
            case "live" -> Finding.ok("mode", "live: events count");
            case "test" ->
                Finding.warn(
                        "mode", "test: Pinterest validates events and counts none. Set EPIK_MODE=live in production");
            default -> Finding.fail("mode", "invalid: set EPIK_MODE to live or test");
        };
    }

    private List<Finding> connection() throws InterruptedException {
        AdAccount account;
        try {
            account = destination.account();
        } catch (EpikException e) {
            return List.of(Finding.fail("settings", String.valueOf(e.getMessage())));
        }
        try {
            ConnectionCheck check = EpikClient.checkConnection(account, destination.api.baseUrl());
            List<Finding> findings = new ArrayList<>(ConnectionDiagnosis.of(check, Instant.now(), account.id()));
            if (check.outcome().isPresent() || check.status() > 0) {
                findings.addAll(lists(path -> reads.ofAccount(account, destination.api.baseUrl(), path)));
            } else if (quality.isOn()) {
                findings.add(Finding.skip("quality", "not read: there was no answer"));
            }
            return findings;
        } catch (EpikException e) {
            return List.of(Finding.fail("settings", String.valueOf(e.getMessage())));
        }
    }

    private List<Finding> lists(QualityOptions.AccountReader reader) throws InterruptedException {
        List<Finding> findings = new ArrayList<>(
                AdvertiserEventsDiagnosis.of(reader.read("/advertiser_defined_events"), inputOptions.advertiserEvents));
        if (quality.isOn()) {
            findings.addAll(quality.check(reader));
        }
        return findings;
    }

    private List<Finding> outbox() {
        if (outbox == null) {
            return List.of(Finding.skip("outbox", "not checked: name it with --outbox PATH"));
        }
        OutboxLocation location = new OutboxLocation(outbox, database);
        try (OutboxView view = location.inspect()) {
            List<Finding> findings = new ArrayList<>();
            for (String account : view.adAccounts()) {
                findings.addAll(
                        OutboxDiagnosis.of(account, view.backlog(account), view.pause(account), location.toString()));
            }
            findings.addAll(OutboxDiagnosis.ofBooks(view.verify(), location.toString()));
            return findings.isEmpty() ? List.of(OutboxDiagnosis.empty()) : findings;
        } catch (EpikException | UsageException e) {
            return List.of(Finding.fail("outbox", String.valueOf(e.getMessage())));
        }
    }

    private List<Finding> spool() {
        if (spool == null) {
            return List.of();
        }
        try (OutboxView view = SqliteOutbox.inspect(spool)) {
            List<Finding> findings = view.adAccounts().stream()
                    .map(account -> SpoolDiagnosis.of(account, view.backlog(account)))
                    .toList();
            return findings.isEmpty() ? List.of(SpoolDiagnosis.empty()) : findings;
        } catch (EpikException e) {
            return List.of(Finding.fail("spool", String.valueOf(e.getMessage())));
        }
    }

    private List<Finding> events() throws IOException {
        if (file == null) {
            return List.of(Finding.skip("events", "not checked: name a FILE of raw events"));
        }
        EventSample sample = new EventSample();
        try (Rows rows = inputOptions.open(file)) {
            for (RawEvent event = rows.next(); event != null; event = rows.next()) {
                sample.add(event, rows.line());
            }
        } catch (InvalidFileException e) {
            return List.of(Finding.fail("events", "The file cannot be read. " + e.getMessage()));
        }
        coverageOfFile = sample.coverage();
        return sample.findings();
    }
}
