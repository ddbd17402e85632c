// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.ads.AdsClient;
import dev.epik.ads.Audience;
import dev.epik.ads.AudienceSpec;
import dev.epik.ads.CustomerRows;
import dev.epik.ads.ListProgress;
import dev.epik.ads.ListSettings;
import dev.epik.ads.ListUpdate;
import dev.epik.ads.WriteResult;
import dev.epik.cli.raw.SuppressionList;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Uploads a customer list, or makes it equal to a file, and creates its audience. */
@Command(
        name = "audience",
        abbreviateSynopsis = true,
        description = {
            "Sends the customers of a CSV file to Pinterest, hashed, as a list with an audience.",
            "upload adds what is missing. sync also removes who is not in the file any more. If it is interrupted, run"
                    + " it again.",
        })
final class AudienceCommand implements Callable<Integer> {
    private static final int MAX_SHOWN = 20;

    /** The actions on a list. */
    enum Action {
        upload,
        sync
    }

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Mixin
    HelpOption help = new HelpOption();

    @Parameters(index = "0", paramLabel = "ACTION", description = "upload or sync")
    @Nullable
    Action action;

    @Parameters(
            index = "1",
            paramLabel = "FILE",
            description = "CSV with a column email, and maybe phone, external_id.")
    @Nullable
    Path file;

    @Option(names = "--name", paramLabel = "NAME", description = "Of list and audience. Default: that of the file.")
    @Nullable
    String name;

    @Option(names = "--state", paramLabel = "DIR", description = "What was sent. Default: FILE.list. Keep it private.")
    @Nullable
    Path state;

    @Option(names = "--key-file", paramLabel = "PATH", description = "The key of DIR. Default: in DIR.")
    @Nullable
    Path keyFile;

    @Mixin
    SuppressionOptions suppression = new SuppressionOptions();

    @Option(names = "--skip-invalid", description = "Leave out invalid rows instead of sending nothing.")
    boolean skipInvalid;

    @Option(names = "--yes", description = "Confirm that over 10 %% of the list may be removed.")
    boolean yes;

    @Option(names = "--charset", paramLabel = "NAME", description = "The encoding of FILE. Default: UTF-8.")
    Charset charset = StandardCharsets.UTF_8;

    @Mixin
    DestinationOptions destination = new DestinationOptions();

    @Override
    public Integer call() throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        Path source = existing(file == null ? Path.of("") : file);
        String listName = name == null ? baseName(source) : name;
        SuppressionList suppressed = suppression.read();
        long[] invalid = new long[1];
        try (AdsClient ads = AdsConnection.open(destination)) {
            ListSettings settings = ListSettings.of(
                            listName, state == null ? source.resolveSibling(source.getFileName() + ".list") : state)
                    .suppress(row -> suppressed.containsAny(row.hashes()))
                    .onProgress(progress -> print(progress, err))
                    .onInvalidRow((problem, line) -> {
                        if (++invalid[0] <= MAX_SHOWN) {
                            err.println("Line " + line + " " + problem);
                        }
                    });
            settings = keyFile == null ? settings : settings.keyFile(keyFile);
            settings = skipInvalid ? settings.skipInvalidRows() : settings;
            settings = yes ? settings.allowMassRemoval() : settings;
            CustomerRows rows = CustomerRows.csv(source, charset);
            WriteResult<ListUpdate> result = action == Action.sync
                    ? ads.customerLists().sync(rows, settings)
                    : ads.customerLists().upload(rows, settings);
            return report(result, ads, listName, err);
        }
    }

    private static Path existing(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new UsageException("\"" + file + "\" is no regular file that exists: name a CSV file");
        }
        return file;
    }

    private static String baseName(Path file) {
        return String.valueOf(file.getFileName()).replaceFirst("\\.[A-Za-z]{1,4}$", "");
    }

    private static void print(ListProgress progress, PrintWriter err) {
        if (progress.phase() != ListProgress.Phase.READING) {
            err.println((progress.phase() == ListProgress.Phase.ADDING ? "Added " : "Removed ") + progress.rows()
                    + " of " + progress.total().orElse(0) + " rows");
            err.flush();
        }
    }

    private static int report(WriteResult<ListUpdate> result, AdsClient ads, String name, PrintWriter err) {
        if (result instanceof WriteResult.Applied<ListUpdate> applied) {
            ListUpdate update = applied.entity();
            try (PrintWriter out = new PrintWriter(new StandardOutput())) {
                out.println("Rows: " + update.read() + " read, " + update.added() + " added, " + update.removed()
                        + " removed, " + update.unchanged() + " unchanged, " + update.duplicates() + " duplicate, "
                        + update.suppressed() + " suppressed, " + update.invalid() + " invalid.");
                out.println("Customer list " + update.list().id() + ": "
                        + update.list().explanation());
                return audience(ads, name, update.list().id(), out, err);
            }
        }
        String message = result instanceof WriteResult.Rejected<ListUpdate> rejected
                ? rejected.message()
                : ((WriteResult.Unknown<ListUpdate>) result).message();
        err.println("epik: " + message);
        err.flush();
        return 1;
    }

    /** Creates the audience of the list, without which it cannot be used, unless it has one. */
    private static int audience(AdsClient ads, String name, String listId, PrintWriter out, PrintWriter err) {
        Optional<Audience> existing;
        try (Stream<Audience> all = ads.audiences().list()) {
            existing = all.filter(audience -> audience.customerListId().equals(Optional.of(listId)))
                    .findFirst();
        }
        WriteResult<Audience> result = existing.<WriteResult<Audience>>map(
                        audience -> new WriteResult.Applied<>(audience, java.util.List.of()))
                .orElseGet(() -> ads.audiences().create(AudienceSpec.customerList(name, listId)));
        if (result instanceof WriteResult.Applied<Audience> applied) {
            out.println("Audience " + applied.entity().id() + ": "
                    + applied.entity().explanation());
            return 0;
        }
        String message = result instanceof WriteResult.Rejected<Audience> rejected
                ? rejected.message()
                : ((WriteResult.Unknown<Audience>) result).message();
        err.println("epik: The list has its rows, but its audience was not created: " + message);
        err.flush();
        return 1;
    }
}
