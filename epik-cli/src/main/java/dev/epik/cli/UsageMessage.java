// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.cli.raw.NearestWord;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Builds the message for an invalid command line, with the option or command that was probably meant. It never quotes
 * the value of an argument, because it may be an access token.
 */
final class UsageMessage {
    private UsageMessage() {}

    static String of(CommandLine.ParameterException e) {
        CommandLine command = e.getCommandLine();
        boolean isGroup = !command.getSubcommands().isEmpty();
        String help = " \"epik " + (command.getParent() == null ? "" : name(command) + " ") + "--help\" "
                + (isGroup ? "lists the commands." : "lists its options.");
        if (e instanceof CommandLine.UnmatchedArgumentException unmatched) {
            return unmatched(unmatched.getUnmatched().get(0), command) + help;
        }
        if (e instanceof CommandLine.MissingParameterException missing) {
            return "\"" + name(command) + "\" requires "
                    + missing.getMissing().stream().map(UsageMessage::label).collect(Collectors.joining(" and ")) + "."
                    + help;
        }
        if (e instanceof CommandLine.OverwrittenOptionException twice && twice.getOverwritten() != null) {
            return label(twice.getOverwritten()) + " is set twice." + help;
        }
        ArgSpec spec = e.getArgSpec();
        if (isGroup && spec == null) {
            return "The command is missing: "
                    + String.join(", ", command.getSubcommands().keySet()) + "." + help;
        }
        return (spec == null ? "The arguments are invalid." : "Invalid value for " + label(spec) + ".") + help;
    }

    private static String unmatched(String argument, CommandLine command) {
        if (argument.startsWith("-") && argument.length() > 1) {
            String name = argument.replaceFirst("=.*", "");
            Set<String> options =
                    new TreeSet<>(command.getCommandSpec().optionsMap().keySet());
            options.removeIf(option -> option.length() < 4);
            String near = NearestWord.to(name, options)
                    .map(option -> " Did you mean " + option + "?")
                    .orElse("");
            String quoted = name.matches("--?[a-z][a-z-]{0,29}") ? name : "of this name";
            return (command.getParent() == null ? "Unknown option " : "\"" + name(command) + "\" has no option ")
                    + quoted + "." + near;
        }
        if (command.getSubcommands().isEmpty()) {
            return "\"" + name(command) + "\" has too many arguments.";
        }
        Set<String> commands = command.getSubcommands().keySet();
        return "Unknown command."
                + NearestWord.to(argument, commands)
                        .map(near -> " Did you mean " + near + "?")
                        .orElse(" Commands: " + String.join(", ", commands) + ".");
    }

    /** Returns the name of a command with that of its group: {@code ads report}. */
    private static String name(CommandLine command) {
        CommandLine parent = command.getParent();
        return parent == null || parent.getParent() == null
                ? command.getCommandName()
                : name(parent) + " " + command.getCommandName();
    }

    private static String label(ArgSpec spec) {
        if (spec instanceof OptionSpec option) {
            return option.longestName() + (option.arity().max() == 0 ? "" : " " + spec.paramLabel());
        }
        return spec.paramLabel();
    }
}
