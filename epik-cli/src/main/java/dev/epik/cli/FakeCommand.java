// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.testkit.FakePinterest;
import java.io.IOException;
import java.net.BindException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs a fake Pinterest. */
@Command(
        name = "fake",
        abbreviateSynopsis = true,
        description = {
            "Runs a fake Pinterest on this machine. You need no ad account to try Epik.",
            "It validates events as the published API does, and prints each one. Use it with --api http://127.0.0.1:8089.",
        })
final class FakeCommand implements Callable<Integer> {
    @Mixin
    HelpOption help = new HelpOption();

    @Option(names = "--port", paramLabel = "PORT", description = "The port. Default: 8089. 0 takes a free one.")
    int port = 8089;

    @Option(
            names = "--ad-account",
            paramLabel = "ID",
            description = "The only ad account it accepts. Default: 549755885175.")
    String adAccount = "549755885175";

    @Option(
            names = "--access-token",
            paramLabel = "TOKEN",
            description = "The only access token it accepts. Default: fake-token.")
    String accessToken = "fake-token";

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (port < 0 || port > 65_535) {
            throw new UsageException("--port is invalid: it must be from 0 to 65535");
        }
        try {
            FakePinterest.main("" + port, adAccount, accessToken);
            return 0;
        } catch (BindException e) {
            throw new UsageException(
                    "Port " + port + " is in use: choose another one with --port, or 0 for a free one");
        }
    }
}
