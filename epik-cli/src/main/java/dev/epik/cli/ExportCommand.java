// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.ads.AdsClient;
import dev.epik.ads.plan.AdsPlanner;
import dev.epik.capi.EpikException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a plan file of what the ad account has. */
@Command(
        name = "export",
        abbreviateSynopsis = true,
        description = {
            "Writes a plan file with all campaigns, ad groups and ads that are active or paused, and their ids."
                    + " Changes nothing at Pinterest.",
            "Exits with 1 if the ad account cannot be read.",
        })
final class ExportCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Mixin
    HelpOption help = new HelpOption();

    @Parameters(index = "0", arity = "0..1", paramLabel = "FILE", description = "A new file. Default: standard output.")
    @Nullable
    Path file;

    @Mixin
    DestinationOptions destination = new DestinationOptions();

    @Override
    public Integer call() throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        if (file != null && Files.exists(file)) {
            throw exists();
        }
        try (AdsClient ads = AdsConnection.open(destination)) {
            String text = AdsPlanner.of(ads).export();
            if (file == null) {
                try (PrintWriter out = new PrintWriter(new StandardOutput())) {
                    out.print(text);
                }
                return 0;
            }
            Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
            err.println("Wrote " + file + ". A plan of it changes nothing: epik ads plan " + file);
            err.flush();
            return 0;
        } catch (FileAlreadyExistsException e) {
            throw exists();
        } catch (EpikException e) {
            return AdsConnection.failure(e, err);
        } catch (IOException e) {
            err.println("epik: " + file + " cannot be written: " + e.getClass().getSimpleName()
                    + ". Check the directory and its permissions");
            err.flush();
            return 1;
        }
    }

    private UsageException exists() {
        return new UsageException("The file \"" + file + "\" exists, and may have been edited: name a new one");
    }
}
