// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import picocli.CommandLine.Option;

/** The option that prints the help of a command. */
final class Help {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean asked;
}
