// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.EpikException;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.cli.raw.InvalidFileException;
import java.io.PrintWriter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry point: {@code java -jar epik.jar COMMAND}. */
@Command(
        name = "epik",
        description = "Checks and sends conversion events for Pinterest, and manages ads.",
        subcommands = {
            PreviewCommand.class,
            SendCommand.class,
            ImportCommand.class,
            OutboxCommand.class,
            DeliverCommand.class,
            EraseCommand.class,
            DoctorCommand.class,
            AdsCommand.class,
            FakeCommand.class,
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class Main {
    private Main() {}

    /**
     * The library's logger, switched off because the commands print the same themselves. The constant keeps it
     * reachable; otherwise the level would be lost with it.
     */
    private static final Logger LIBRARY = Logger.getLogger("dev.epik");

    public static void main(String[] arguments) {
        LIBRARY.setLevel(Level.OFF);
        System.setProperty("slf4j.internal.verbosity", "ERROR"); // Kafka's client would warn that it logs nowhere
        System.exit(run(arguments));
    }

    /** Prints the library's warnings: a worker runs for long, and nothing else reports them. */
    static void logTo(Handler handler) {
        LIBRARY.setUseParentHandlers(false);
        LIBRARY.addHandler(handler);
        LIBRARY.setLevel(Level.WARNING);
    }

    static int run(String... arguments) {
        CommandLine commands = new CommandLine(new Main());
        commands.setExpandAtFiles(false); // "@events.json" would insert the file's content as arguments
        commands.setParameterExceptionHandler(Main::onUsageError);
        commands.setExecutionExceptionHandler(Main::onFailure);
        return commands.execute(arguments);
    }

    private static int onUsageError(CommandLine.ParameterException e, String[] arguments) {
        PrintWriter err = e.getCommandLine().getErr();
        err.println("epik: " + UsageMessage.of(e));
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }

    /** Prints one sentence for problems that an operator can correct, and a stack trace for bugs. */
    private static int onFailure(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
        PrintWriter err = command.getErr();
        if (e instanceof StandardOutput.WriteException writeFailure) {
            if (!writeFailure.isPipeClosed()) {
                err.println("epik: cannot write to standard output: is the disk full, or is it closed?");
                err.flush();
            }
            return writeFailure.isPipeClosed() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.USAGE;
        }
        if (e instanceof UsageException
                || e instanceof InvalidFileException
                || e instanceof EpikException
                || e instanceof OutboxException) {
            err.println("epik: " + e.getMessage());
            err.flush();
            return e instanceof OutboxException ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.USAGE;
        } else {
            err.println(
                    "epik: internal error, please report it: " + e.getClass().getName());
            for (StackTraceElement frame : e.getStackTrace()) {
                err.println("    at " + frame);
            }
        }
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"epik " + (version == null ? "(not packaged)" : version)};
        }
    }
}
