// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import picocli.CommandLine.Option;

/** The option that prints a command's help. */
final class HelpOption {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean requested;
}
