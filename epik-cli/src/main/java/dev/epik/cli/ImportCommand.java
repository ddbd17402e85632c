// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.cli.raw.RawEvent;
import dev.epik.cli.raw.Rows;
import dev.epik.cli.raw.SeenIds;
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
            "Stores and sends the offline conversions of a file.",
            "Each row needs an event_id, or a checkout its order_id. If it is interrupted, run it again: no row is stored"
                    + " twice.",
        })
final class ImportCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Mixin
    Help help = new Help();

    @Mixin
    Reading reading = new Reading();

    @Option(names = "--dry-run", description = "Check every row; store and send nothing.")
    boolean dryRun;

    @Option(
            names = "--outbox",
            paramLabel = "PATH",
            description = "Default: FILE.outbox, or in test mode FILE.test.outbox.")
    @Nullable
    Path outboxFile;

    @Option(names = "--store-only", description = "Leave the sending to \"epik outbox PATH deliver\".")
    boolean storeOnly;

    @Mixin
    Destination destination = new Destination();

    @Mixin
    Sending sending = new Sending();

    @Parameters(paramLabel = "FILE", description = "CSV (.csv, .tsv), or one JSON object a line. - is standard input.")
    String file = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        if (dryRun) {
            return check(err);
        }
        String accountId = destination.accountId();
        Path outboxPath = outbox();
        Delivering delivering = storeOnly ? null : sending.to(destination, outboxPath);
        Tally tally = new Tally();
        Interruption interruption = new Interruption(() -> tally.stored + " stored in " + outboxPath
                + " so far, Pinterest accepted " + tally.accepted
                + ". Run the same command again to go on: no row is stored twice.");
        try (interruption;
                Rows rows = reading.openOffline(file);
                SqliteOutbox outbox = SqliteOutbox.open(outboxPath)) {
            reportLeftClaimed(outbox, err);
            store(rows, outbox, accountId, err, tally);
            reportStored(outboxPath, err, tally);
            if (delivering != null) {
                delivering.run(outbox, err, tally);
            }
        }
        return tally.exitCode();
    }

    /** A rehearsal in test mode must not keep rows from being sent in live mode. */
    private Path outbox() {
        if (outboxFile != null) {
            return outboxFile;
        }
        if (file.equals("-")) {
            throw new WrongUsage("Standard input has no name for an outbox: name its file with --outbox PATH");
        }
        return Path.of(file + (sending.isTest() ? ".test.outbox" : ".outbox"));
    }

    private int check(PrintWriter err) throws IOException {
        Mistakes mistakes = new Mistakes(err);
        SeenIds seen = new SeenIds();
        long good = 0;
        long refused = 0;
        long repeated = 0;
        try (Rows rows = reading.openOffline(file)) {
            for (RawEvent raw = rows.next(); raw != null; raw = rows.next()) {
                mistakes.add(rows.line(), raw);
                good += raw.isGood() ? 1 : 0;
                refused += raw.isGood() ? 0 : 1;
                repeated += raw.isGood() && seen.isRepeated(raw) ? 1 : 0;
            }
        }
        mistakes.sumUp();
        err.println("Dry run: " + good + " good, " + refused + " refused. Nothing was stored or sent.");
        reportRepeated(repeated, err);
        err.flush();
        return refused == 0 ? 0 : 1;
    }

    private void store(Rows rows, SqliteOutbox outbox, String accountId, PrintWriter err, Tally tally)
            throws IOException {
        long size = file.equals("-") ? -1 : Files.size(Path.of(file));
        // a line for each row would hide the progress
        try (PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
                Progress progress = Progress.ofReading(size, err)) {
            new Storing(rows, outbox, accountId, nowhere, new Mistakes(err), tally).run(progress::to);
        }
    }

    private static void reportStored(Path outboxPath, PrintWriter err, Tally tally) {
        err.println(tally.stored + " stored in " + outboxPath + ", " + tally.alreadyStored + " were there already, "
                + tally.refused + " refused.");
        long rows = tally.stored.get() + tally.alreadyStored.get() + tally.refused.get() + tally.notStored.get();
        if (rows == 0) {
            err.println("The file has no rows.");
        } else if (tally.stored.get() == 0 && tally.alreadyStored.get() > 0) {
            err.println(
                    "Nothing new: an earlier run stored these rows. Those that were delivered are not sent again; if that"
                            + " was in test mode, import them into another --outbox.");
        }
        reportRepeated(tally.repeated.get(), err);
        tally.reportDead(outboxPath, err);
        err.flush();
    }

    private static void reportRepeated(long repeated, PrintWriter err) {
        if (repeated > 0) {
            err.println("Rows with the event name and id of an earlier row of this file: " + repeated
                    + ". They count as one with it: give each sale its own id.");
        }
    }

    private static void reportLeftClaimed(SqliteOutbox outbox, PrintWriter err) {
        int claimed = outbox.leftClaimed();
        if (claimed > 0) {
            err.println(claimed
                    + " events were being sent when the last run ended. They are sent again, and since Pinterest"
                    + " cannot deduplicate offline events, it may count them twice.");
            err.flush();
        }
    }
}
