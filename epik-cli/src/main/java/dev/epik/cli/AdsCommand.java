// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Groups the commands for ads. */
@Command(
        name = "ads",
        description = "Manages campaigns and audiences by files, and reports what ads have cost and brought.",
        subcommands = {
            ExportCommand.class,
            PlanCommand.class,
            ApplyCommand.class,
            PauseCommand.class,
            AudienceCommand.class,
            ReportCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
final class AdsCommand {
    @Mixin
    HelpOption help = new HelpOption();
}
