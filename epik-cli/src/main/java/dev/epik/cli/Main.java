// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.EpikException;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.cli.raw.UnusableFile;
import java.io.PrintWriter;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code java -jar epik.jar COMMAND}. */
@Command(
        name = "epik",
        description = "Looks at, checks and sends conversion events for Pinterest.",
        subcommands = {
            PreviewCommand.class,
            SendCommand.class,
            ImportCommand.class,
            OutboxCommand.class,
            DoctorCommand.class,
            FakeCommand.class,
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class Main {
    private Main() {}

    /** What the library logs the commands say themselves, once. Held, or its level would go with it. */
    private static final Logger LIBRARY = Logger.getLogger("dev.epik");

    public static void main(String[] arguments) {
        LIBRARY.setLevel(Level.OFF);
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        CommandLine commands = new CommandLine(new Main());
        commands.setExpandAtFiles(false); // "@events.json" would put the file's words among the arguments
        commands.setParameterExceptionHandler(Main::wrong);
        commands.setExecutionExceptionHandler(Main::failed);
        return commands.execute(arguments);
    }

    private static int wrong(CommandLine.ParameterException e, String[] arguments) {
        PrintWriter err = e.getCommandLine().getErr();
        err.println("epik: " + UsageMessage.of(e));
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }

    /** What an operator can mend is said in a sentence; a stack trace is for bugs. */
    private static int failed(Exception trouble, CommandLine command, CommandLine.ParseResult parsed) {
        PrintWriter err = command.getErr();
        if (trouble instanceof Output.Lost lost) {
            if (!lost.isReaderGone()) {
                err.println("epik: the output cannot be written: is the disk full, or standard output closed?");
                err.flush();
            }
            return lost.isReaderGone() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.USAGE;
        }
        if (trouble instanceof WrongUsage
                || trouble instanceof UnusableFile
                || trouble instanceof EpikException
                || trouble instanceof OutboxException) {
            err.println("epik: " + trouble.getMessage());
            err.flush();
            return trouble instanceof OutboxException ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.USAGE;
        } else {
            err.println("epik: failed in here, please report it: "
                    + trouble.getClass().getName());
            for (StackTraceElement frame : trouble.getStackTrace()) {
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
