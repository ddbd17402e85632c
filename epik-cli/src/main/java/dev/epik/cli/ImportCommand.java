// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.event.ConversionEvent.Privacy;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.cli.raw.RawEvent;
import dev.epik.cli.raw.Rows;
import dev.epik.cli.raw.SuppressionList;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Imports offline conversions from a file. */
@Command(
        name = "import",
        abbreviateSynopsis = true,
        description = {
            "Stores the offline conversions of a file in an outbox, and sends them.",
            "Each row needs an event_id; a checkout may have an order_id instead. If the import is interrupted, run it again: no"
                    + " row is stored twice.",
        })
final class ImportCommand implements Callable<Integer> {
    private static final String NOT_KAFKA =
            "--outbox cannot be Kafka: it does not know which rows an earlier run stored,"
                    + " and Pinterest does not deduplicate offline events, so a second run would count them twice. Omit"
                    + " --outbox: the file then has an outbox of its own, and is sent from there";

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Mixin
    HelpOption help = new HelpOption();

    @Mixin
    InputOptions inputOptions = new InputOptions();

    @Mixin
    PrivacyOptions privacyOptions = new PrivacyOptions();

    @Option(names = "--dry-run", description = "Validate every row; store and send nothing.")
    boolean dryRun;

    @Option(names = "--outbox", paramLabel = "PATH", description = "Default: FILE.outbox; in test FILE.test.outbox.")
    @Nullable
    Path outboxFile;

    @Option(names = "--store-only", description = "Store only; \"epik outbox PATH deliver\" sends later.")
    boolean storeOnly;

    @Mixin
    DestinationOptions destination = new DestinationOptions();

    @Mixin
    SendOptions sendOptions = new SendOptions();

    @Mixin
    SuppressionOptions suppression = new SuppressionOptions();

    @Mixin
    JsonOutput json = new JsonOutput();

    @Parameters(paramLabel = "FILE", description = "CSV, TSV or one JSON object per line; - is stdin.")
    String file = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        Privacy privacy = privacyOptions.settings();
        if (dryRun) {
            return check(err);
        }
        String accountId = destination.accountId();
        Path outboxPath = outbox();
        OutboxDelivery delivery = storeOnly ? null : sendOptions.deliveryTo(destination, outboxPath.toString());
        RunCounts counts = new RunCounts();
        SuppressionList suppressed = suppression.read();
        InterruptMessage interruptMessage = new InterruptMessage(() -> counts.stored + " stored in " + outboxPath
                + " so far, Pinterest accepted " + counts.accepted
                + ". Run the same command again to continue: no row is stored twice.");
        try (interruptMessage;
                Rows rows = inputOptions.openOffline(file);
                SqliteOutbox outbox = SqliteOutbox.open(outboxPath)) {
            reportLeftClaimed(outbox, err);
            store(rows, outbox, accountId, err, counts, suppressed, privacy);
            reportStored(outboxPath, err, counts);
            if (delivery == null) {
                counts.keptUnsent(outbox.backlog(accountId).waiting());
            } else {
                delivery.run(outbox, err, counts);
            }
        }
        if (json.isOn) {
            JsonOutput.print(counts::write);
        }
        return counts.exitCode();
    }

    /**
     * Returns the outbox file. Test mode has its own, so that a test run does not mark rows as delivered for live mode.
     */
    private Path outbox() {
        if (outboxFile != null) {
            if (KafkaOptions.isKafka(outboxFile.toString())) {
                throw new UsageException(NOT_KAFKA);
            }
            return outboxFile;
        }
        if (file.equals("-")) {
            throw new UsageException("The outbox is missing: with standard input, name its file with --outbox PATH");
        }
        return Path.of(file + (sendOptions.isTest() ? ".test.outbox" : ".outbox"));
    }

    private int check(PrintWriter err) throws IOException {
        ProblemReport problemReport = new ProblemReport(err);
        RunCounts counts = new RunCounts();
        RowCheck rowCheck = new RowCheck(problemReport, counts, suppression.read());
        try (Rows rows = inputOptions.openOffline(file)) {
            for (RawEvent raw = rows.next(); raw != null; raw = rows.next()) {
                counts.valid.addAndGet(rowCheck.isStorable(rows.line(), raw) ? 1 : 0);
            }
        }
        problemReport.printTotals();
        err.println("Dry run: " + counts.valid + " valid, " + counts.invalid + " invalid. Nothing was stored or sent.");
        reportSuppressed(counts.suppressed.get(), err);
        reportRepeated(counts.repeated.get(), err);
        err.flush();
        if (json.isOn) {
            JsonOutput.print(counts::write);
        }
        return counts.exitCode();
    }

    private void store(
            Rows rows,
            SqliteOutbox outbox,
            String accountId,
            PrintWriter err,
            RunCounts counts,
            SuppressionList suppressed,
            Privacy privacy)
            throws IOException {
        long size = file.equals("-") ? -1 : Files.size(Path.of(file));
        // one line per row would hide the progress bar
        try (PrintWriter discarded = new PrintWriter(Writer.nullWriter());
                Progress progress = Progress.ofReading(size, err)) {
            new RowImporter(
                            rows,
                            PayloadKeySetting.encrypting(outbox),
                            accountId,
                            discarded,
                            new ProblemReport(err),
                            counts,
                            suppressed,
                            privacy)
                    .run(progress::to);
        }
    }

    private static void reportStored(Path outboxPath, PrintWriter err, RunCounts counts) {
        err.println(counts.stored + " stored in " + outboxPath + ", " + counts.alreadyStored + " already stored, "
                + counts.invalid + " invalid.");
        long rows = counts.stored.get()
                + counts.alreadyStored.get()
                + counts.invalid.get()
                + counts.notStored.get()
                + counts.suppressed.get();
        if (rows == 0) {
            err.println("The file has no rows.");
        } else if (counts.stored.get() == 0 && counts.alreadyStored.get() > 0) {
            err.println(
                    "No new rows: an earlier run stored them. Delivered rows are not sent again; if they were delivered in"
                            + " test mode, import them into another --outbox.");
        }
        reportSuppressed(counts.suppressed.get(), err);
        reportRepeated(counts.repeated.get(), err);
        counts.reportDead(outboxPath, err);
        err.flush();
    }

    private static void reportSuppressed(long suppressed, PrintWriter err) {
        if (suppressed > 0) {
            err.println("Rows left out because of --suppress: " + suppressed + ".");
        }
    }

    private static void reportRepeated(long repeated, PrintWriter err) {
        if (repeated > 0) {
            err.println("Rows with the same event name and id as an earlier row: " + repeated
                    + ". Pinterest counts them once: give each sale its own id.");
        }
    }

    private static void reportLeftClaimed(SqliteOutbox outbox, PrintWriter err) {
        int claimed = outbox.leftClaimed();
        if (claimed > 0) {
            err.println(claimed
                    + " events were being sent when the last run ended. They are sent again. Pinterest cannot"
                    + " deduplicate offline events, so it may count them twice.");
            err.flush();
        }
    }
}
