// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.cli.raw.Rows;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Offline conversions from a file. */
@Command(
        name = "import",
        description = {
            "Stores and sends the offline conversions of a file.",
            "CSV or NDJSON. The action source is offline where"
                    + " a row says nothing else. Each row needs an event_id (or a checkout its order_id).",
            "Interrupted, it is simply run again: no row is stored twice.",
        },
        mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {
    private static final Map<String, String> OFFLINE = Map.of("action_source", "offline");
    private static final int KILOBYTE = 1024;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Mixin
    Destination destination = new Destination();

    @Mixin
    Sending sending = new Sending();

    @Option(
            names = "--outbox",
            paramLabel = "PATH",
            description = "The outbox file. Default: the FILE's name with .outbox behind it.")
    Path outboxFile = Path.of("");

    @Option(names = "--store-only", description = "Leave the sending to \"epik outbox PATH deliver\".")
    boolean storeOnly;

    @Parameters(paramLabel = "FILE", description = "FILE.csv, or NDJSON by any other ending.")
    Path file = Path.of("");

    @Override
    public Integer call() throws IOException, InterruptedException {
        String accountId = destination.accountId();
        Delivering delivering = storeOnly ? null : sending.to(destination);
        Path outboxPath =
                outboxFile.toString().isEmpty() ? file.resolveSibling(file.getFileName() + ".outbox") : outboxFile;
        Tally tally = new Tally();
        PrintWriter err = spec.commandLine().getErr();
        try (Rows rows = rows();
                SqliteOutbox outbox = SqliteOutbox.open(outboxPath)) {
            reportWhatWasUnderWay(outbox, err);
            store(rows, outbox, accountId, err, tally);
            err.println(tally.stored + " stored in " + outboxPath + ", " + tally.alreadyStored + " were there already, "
                    + tally.refused + " refused.");
            err.flush();
            if (delivering != null) {
                delivering.run(outbox, err, tally);
            }
        }
        return tally.exitCode();
    }

    private Rows rows() throws IOException {
        InputStream in = Input.open(file.toString());
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".csv")
                ? Rows.ofCsv(in, OFFLINE)
                : Rows.ofJson(in, OFFLINE);
    }

    private void store(Rows rows, SqliteOutbox outbox, String accountId, PrintWriter err, Tally tally)
            throws IOException {
        ProgressBarBuilder bar = new ProgressBarBuilder()
                .setTaskName("import")
                .setInitialMax(Files.size(file))
                .setUnit(" kB", KILOBYTE)
                .setStyle(ProgressBarStyle.ASCII)
                .showSpeed();
        // the rows' own lines would tear the bar apart, and nobody reads a million of them
        try (PrintWriter nowhere = new PrintWriter(java.io.Writer.nullWriter());
                ProgressBar progress = CommandLine.Help.Ansi.AUTO.enabled() ? bar.build() : null) {
            new Storing(rows, outbox, accountId, nowhere, err, tally).run(bytes -> {
                if (progress != null) {
                    progress.stepTo(bytes);
                }
            });
        }
    }

    private static void reportWhatWasUnderWay(SqliteOutbox outbox, PrintWriter err) {
        int underWay = outbox.leftClaimed();
        if (underWay > 0) {
            err.println(underWay
                    + " events were being sent when the last run ended. They are sent again, and since Pinterest"
                    + " cannot deduplicate offline events, it may count them twice.");
            err.flush();
        }
    }
}
