// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.ConversionDeletion;
import dev.epik.capi.ConversionDeletion.Request;
import dev.epik.capi.ConversionDeletion.Result;
import dev.epik.capi.ErasureRequest;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.cli.raw.ErasedPeople;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Erases people from an outbox, stops imports from sending them again, and asks Pinterest to delete what it has. */
@Command(
        name = "erase",
        abbreviateSynopsis = true,
        description = {
            "Erases people, who are read from standard input: an email on each line, or",
            "phone:NUMBER, external-id:ID, epik:CLICK_ID, order:EVENT_ID, email:ADDRESS.",
        })
final class EraseCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Mixin
    HelpOption help = new HelpOption();

    @Option(names = "--outbox", paramLabel = "PATH", description = "Remove their events from this file or database.")
    @Nullable
    String outboxPath;

    @Mixin
    SuppressionOptions suppression = new SuppressionOptions();

    @Option(names = "--request", description = "Ask Pinterest to delete their conversions (beta).")
    boolean request;

    @Option(names = "--status", paramLabel = "ID", description = "Show a request to Pinterest.")
    @Nullable
    String statusId;

    @Option(names = "--cancel", paramLabel = "ID", description = "Cancel a request, within 72 hours.")
    @Nullable
    String cancelId;

    @Mixin
    DestinationOptions destination = new DestinationOptions();

    @Mixin
    DatabaseOptions database = new DatabaseOptions();

    @Mixin
    JsonOutput json = new JsonOutput();

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        String id = statusId == null ? cancelId : statusId;
        if (id != null) {
            ConversionDeletion deletion = deletion();
            return printOnly(cancelId == null ? deletion.find(id) : deletion.cancel(id), err);
        }
        boolean suppresses = suppression.list != null || suppression.key != null;
        if (outboxPath == null && !suppresses && !request) {
            throw new UsageException("Nothing is to be done: add --outbox PATH, --suppress PATH with --suppress-key"
                    + " PATH, or --request");
        }
        ConversionDeletion deletion = request ? deletion() : null;
        ErasedPeople people = read(err);
        int suppressed = suppresses ? suppression.append(people) : 0;
        if (suppresses) {
            err.println(suppressed + " keyed hashes added to " + suppression.list + ".");
        }
        ErasureRequest.Result erased = outboxPath == null ? null : erase(people, outboxPath, err);
        Result filed = deletion == null ? null : file(deletion, people, err);
        if (json.isOn) {
            print(suppressed, erased, filed);
        }
        err.flush();
        return (erased != null && erased.beingSent() + erased.unreadable() > 0) || filed instanceof Result.Failed
                ? 1
                : 0;
    }

    private ConversionDeletion deletion() {
        return ConversionDeletion.of(destination.account(), destination.api.baseUrl());
    }

    private ErasedPeople read(PrintWriter err) throws IOException {
        if (isTerminal()) {
            err.println("Enter an email, or phone:…, external-id:…, epik:… or order:…, on each line. Ctrl-D ends.");
            err.flush();
        }
        return ErasedPeople.read(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
    }

    /** Returns whether a person types. Since JDK 22 there is a console without a terminal too. */
    @SuppressWarnings("SystemConsoleNull") // before JDK 22 it is null without a terminal
    private static boolean isTerminal() {
        Console console = System.console();
        try {
            return console != null
                    && (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) { // an older JDK
            return true;
        }
    }

    private ErasureRequest.Result erase(ErasedPeople people, String path, PrintWriter err) {
        OutboxLocation location = new OutboxLocation(path, database);
        List<String> accounts = location.adAccounts();
        ErasureRequest.Result erased;
        try (Outbox outbox = location.open()) {
            erased = people.request().eraseFrom(outbox, accounts, PayloadKeySetting.read());
        }
        err.println("Removed from " + location + ": " + erased.waiting() + " waiting, " + erased.dead()
                + " dead letters, " + erased.remembered() + " ids of delivered events.");
        if (erased.unreadable() > 0) {
            err.println(erased.unreadable() + " are encrypted with a key that is missing, so they were not compared:"
                    + " add it to " + PayloadKeySetting.VARIABLE + " and run the same command again.");
        }
        if (erased.beingSent() > 0) {
            err.println(erased.beingSent() + " are being sent: run the same command again in some minutes.");
        }
        return erased;
    }

    private static @Nullable Result file(ConversionDeletion deletion, ErasedPeople people, PrintWriter err)
            throws InterruptedException {
        if (people.emails().isEmpty() && people.clickIds().isEmpty()) {
            err.println("No request was filed: Pinterest takes emails and click ids only.");
            return null;
        }
        Result result = deletion.file(people.emails(), people.clickIds());
        describe(result, err);
        return result;
    }

    private int printOnly(Result result, PrintWriter err) {
        describe(result, err);
        if (json.isOn) {
            print(0, null, result);
        }
        err.flush();
        return result instanceof Result.Failed ? 1 : 0;
    }

    private static void describe(Result result, PrintWriter err) {
        if (result instanceof Result.Failed failed) {
            err.println("Pinterest's deletion request failed. " + failed.reason()
                    + (failed.maybeDone() ? " Whether Pinterest took it is not known." : ""));
            return;
        }
        for (Request each : ((Result.Answered) result).requests()) {
            err.println("Request " + each.id() + ": " + each.statusText()
                    + (each.created().isEmpty() ? "" : ", created " + each.created())
                    + each.processed().map(date -> ", processed " + date).orElse("") + ".");
        }
    }

    private void print(int suppressed, ErasureRequest.@Nullable Result erased, @Nullable Result filed) {
        JsonOutput.print(out -> {
            if (erased != null) {
                out.writeNumberField("waiting", erased.waiting());
                out.writeNumberField("dead", erased.dead());
                out.writeNumberField("remembered", erased.remembered());
                out.writeNumberField("being_sent", erased.beingSent());
                out.writeNumberField("unreadable", erased.unreadable());
            }
            if (suppression.list != null) {
                out.writeNumberField("suppressed", suppressed);
            }
            if (filed instanceof Result.Answered answered) {
                JsonOutput.array(out, "requests", answered.requests(), (each, one) -> {
                    each.writeStringField("id", one.id());
                    each.writeStringField("status", one.statusText());
                    each.writeStringField("created", one.created());
                });
            }
        });
    }
}
