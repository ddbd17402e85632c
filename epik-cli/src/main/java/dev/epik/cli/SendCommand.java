// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.event.ConversionEvent.Privacy;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.cli.raw.Rows;
import dev.epik.cli.raw.SuppressionList;
import dev.epik.kafka.KafkaStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Stores raw events in an outbox and sends them. */
@Command(
        name = "send",
        abbreviateSynopsis = true,
        description = {
            "Stores raw events in an outbox file, and sends them.",
            "Prints \"stored EVENT_ID\" once an event is on disk, or \"already stored EVENT_ID\", or \"dead letter EVENT_ID\""
                    + " if only \"epik outbox PATH redrive\" would send it. Exit code 1: some events are invalid,"
                    + " rejected, dead or still waiting.",
        })
final class SendCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Mixin
    HelpOption help = new HelpOption();

    @Mixin
    InputOptions inputOptions = new InputOptions();

    @Mixin
    PrivacyOptions privacyOptions = new PrivacyOptions();

    @Mixin
    DestinationOptions destination = new DestinationOptions();

    @Mixin
    SendOptions sendOptions = new SendOptions();

    @Mixin
    JsonOutput json = new JsonOutput();

    @Option(
            names = "--outbox",
            paramLabel = "PATH",
            required = true,
            description = "A file, or kafka://HOST:PORT/TOPIC.")
    String outboxPlace = "";

    @Mixin
    KafkaOptions kafka = new KafkaOptions();

    @Option(names = "--store-only", description = "Store only; \"epik outbox PATH deliver\" sends later.")
    boolean storeOnly;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            defaultValue = "-",
            description = "JSON lines, or CSV. Default: standard input (-).")
    String file = "-";

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (KafkaOptions.isKafka(outboxPlace)) {
            return storeInKafka(destination.accountId());
        }
        Path outboxFile = Path.of(outboxPlace);
        String accountId = destination.accountId();
        OutboxDelivery delivery = storeOnly ? null : sendOptions.deliveryTo(destination, outboxFile.toString());
        Privacy privacy = privacyOptions.settings();
        RunCounts counts = new RunCounts();
        PrintWriter err = spec.commandLine().getErr();
        InterruptMessage interruptMessage = new InterruptMessage(() -> counts.stored + " stored in " + outboxFile
                + " so far, Pinterest accepted " + counts.accepted + ". Run the same command again to continue.");
        try (interruptMessage;
                Rows rows = inputOptions.open(file);
                SqliteOutbox outbox = SqliteOutbox.open(outboxFile);
                PrintWriter out = new PrintWriter(json.isOn ? Writer.nullWriter() : new StandardOutput())) {
            new RowImporter(
                            rows,
                            PayloadKeySetting.encrypting(outbox),
                            accountId,
                            out,
                            new ProblemReport(err),
                            counts,
                            SuppressionList.EMPTY,
                            privacy)
                    .run(bytes -> {});
            err.println(counts.stored + " stored, " + counts.alreadyStored + " already stored, " + counts.invalid
                    + " invalid.");
            counts.reportDead(outboxFile, err);
            err.flush();
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

    private Integer storeInKafka(String accountId) throws IOException {
        if (!storeOnly) {
            throw new UsageException("--outbox kafka://… only stores: add --store-only; \"epik deliver\" sends");
        }
        RunCounts counts = new RunCounts();
        PrintWriter err = spec.commandLine().getErr();
        try (Rows rows = inputOptions.open(file);
                KafkaStore store = kafka.at(outboxPlace).build();
                PrintWriter out = new PrintWriter(json.isOn ? Writer.nullWriter() : new StandardOutput())) {
            new RowImporter(
                            rows,
                            PayloadKeySetting.encrypting(store),
                            accountId,
                            out,
                            new ProblemReport(err),
                            counts,
                            SuppressionList.EMPTY,
                            privacyOptions.settings())
                    .run(bytes -> {});
        }
        err.println(counts.stored + " stored in Kafka, " + counts.invalid + " invalid.");
        err.flush();
        counts.keptUnsent(counts.stored.intValue());
        if (json.isOn) {
            JsonOutput.print(counts::write);
        }
        return counts.exitCode();
    }
}
