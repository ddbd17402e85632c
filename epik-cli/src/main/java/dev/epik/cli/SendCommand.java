// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.cli.raw.Rows;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Stores raw events in an outbox, and sends them. */
@Command(
        name = "send",
        abbreviateSynopsis = true,
        description = {
            "Stores raw events in an outbox file, and sends them.",
            "Prints \"stored EVENT_ID\" once an event is on the disk. An event that is there already is not stored again:"
                    + " \"already stored EVENT_ID\", or \"dead letter EVENT_ID\" if it is not sent before \"epik outbox PATH"
                    + " redrive\". Exit code 1: some were refused, rejected or dead, or still wait.",
        })
final class SendCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Mixin
    Help help = new Help();

    @Mixin
    Reading reading = new Reading();

    @Mixin
    Destination destination = new Destination();

    @Mixin
    Sending sending = new Sending();

    @Option(
            names = "--outbox",
            paramLabel = "PATH",
            required = true,
            description = "The outbox file. It is created if it is missing.")
    Path outboxFile = Path.of("");

    @Option(names = "--store-only", description = "Leave the sending to \"epik outbox PATH deliver\".")
    boolean storeOnly;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            defaultValue = "-",
            description = "One JSON object a line, or CSV. Default: standard input (-).")
    String file = "-";

    @Override
    public Integer call() throws IOException, InterruptedException {
        String accountId = destination.accountId();
        Delivering delivering = storeOnly ? null : sending.to(destination, outboxFile);
        Tally tally = new Tally();
        PrintWriter err = spec.commandLine().getErr();
        Interruption interruption = new Interruption(() -> tally.stored + " stored in " + outboxFile
                + " so far, Pinterest accepted " + tally.accepted + ". Run the same command again to go on.");
        try (interruption;
                Rows rows = reading.open(file);
                SqliteOutbox outbox = SqliteOutbox.open(outboxFile);
                PrintWriter out = new PrintWriter(new Output())) {
            new Storing(rows, outbox, accountId, out, new Mistakes(err), tally).run(bytes -> {});
            err.println(tally.stored + " stored, " + tally.alreadyStored + " were there already, " + tally.refused
                    + " refused.");
            tally.reportDead(outboxFile, err);
            err.flush();
            if (delivering != null) {
                delivering.run(outbox, err, tally);
            }
        }
        return tally.exitCode();
    }
}
