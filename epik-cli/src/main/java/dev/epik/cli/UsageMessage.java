// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.cli.raw.Nearest;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What is wrong with a command line, and what was probably meant. Quotes no value of an argument: it may be a token.
 */
final class UsageMessage {
    private UsageMessage() {}

    static String of(CommandLine.ParameterException e) {
        CommandLine command = e.getCommandLine();
        boolean root = command.getParent() == null;
        String help = " \"epik " + (root ? "" : command.getCommandName() + " ") + "--help\" "
                + (root ? "lists the commands." : "lists its options.");
        if (e instanceof CommandLine.UnmatchedArgumentException unmatched) {
            return unmatched(unmatched.getUnmatched().get(0), command) + help;
        }
        if (e instanceof CommandLine.MissingParameterException missing) {
            return "\"" + command.getCommandName() + "\" needs "
                    + missing.getMissing().stream().map(UsageMessage::label).collect(Collectors.joining(" and ")) + "."
                    + help;
        }
        if (e instanceof CommandLine.OverwrittenOptionException twice && twice.getOverwritten() != null) {
            return label(twice.getOverwritten()) + " is there twice." + help;
        }
        ArgSpec spec = e.getArgSpec();
        if (root && spec == null) {
            return "Name a command: "
                    + String.join(", ", command.getSubcommands().keySet()) + "." + help;
        }
        return (spec == null ? "The arguments cannot be read." : label(spec) + " has an invalid value.") + help;
    }

    private static String unmatched(String argument, CommandLine command) {
        if (argument.startsWith("-") && argument.length() > 1) {
            String name = argument.replaceFirst("=.*", "");
            Set<String> options =
                    new TreeSet<>(command.getCommandSpec().optionsMap().keySet());
            options.removeIf(option -> option.length() < 4);
            String near = Nearest.to(name, options)
                    .map(option -> " Did you mean " + option + "?")
                    .orElse("");
            String quoted = name.matches("--?[a-z][a-z-]{0,29}") ? name : "of that name";
            return (command.getParent() == null
                            ? "There is no option "
                            : "\"" + command.getCommandName() + "\" has no option ")
                    + quoted + "." + near;
        }
        if (command.getParent() != null) {
            return "\"" + command.getCommandName() + "\" has an argument too many.";
        }
        Set<String> commands = command.getSubcommands().keySet();
        return "There is no such command."
                + Nearest.to(argument, commands)
                        .map(near -> " Did you mean " + near + "?")
                        .orElse(" Commands are " + String.join(", ", commands) + ".");
    }

    private static String label(ArgSpec spec) {
        return spec instanceof OptionSpec option ? option.longestName() + " " + spec.paramLabel() : spec.paramLabel();
    }
}
