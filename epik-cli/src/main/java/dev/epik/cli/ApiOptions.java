// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.EpikClient;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that name the access token and the API. */
final class ApiOptions {
    @Option(
            names = "--access-token",
            paramLabel = "TOKEN",
            defaultValue = "${env:PINTEREST_ACCESS_TOKEN}",
            description = "Default, and safer: PINTEREST_ACCESS_TOKEN.")
    @Nullable
    String accessToken;

    @Option(names = "--api", paramLabel = "URL", description = "Default: Pinterest's. \"epik fake\" has its own.")
    @Nullable
    String api;

    /** Returns the base URL of the API. */
    URI baseUrl() {
        try {
            return api == null ? EpikClient.PRODUCTION : new URI(api);
        } catch (URISyntaxException e) {
            throw new UsageException(
                    "--api is invalid: it must be a URL such as http://127.0.0.1:8089; omit it for Pinterest's own");
        }
    }
}
