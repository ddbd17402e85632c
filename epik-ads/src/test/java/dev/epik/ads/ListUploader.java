// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Synchronises a list in a process of its own. Arguments: the API, the directory, the file, the rows of a request, and
 * the step at which the process dies, 0 for none.
 */
final class ListUploader {
    private static final int KILLED = 137;

    private ListUploader() {}

    public static void main(String[] arguments) {
        int dies = Integer.parseInt(arguments[4]);
        AtomicInteger steps = new AtomicInteger();
        ListSettings settings =
                ListSettings.of(ListFixture.NAME, Path.of(arguments[1])).rowsPerRequest(Integer.parseInt(arguments[3]));
        try (AdsClient ads = AdsClient.builder(AdAccount.of("549755885175", AccessToken.of("pina_test")))
                .api(URI.create(arguments[0]))
                .pause(time -> {})
                .open()) {
            WriteResult<ListUpdate> result = ads.customerLists()
                    .with(point -> {
                        if (steps.incrementAndGet() == dies) {
                            Runtime.getRuntime().halt(KILLED); // no finally, no shutdown hook, no flush
                        }
                    })
                    .sync(CustomerRows.csv(Path.of(arguments[2])), settings);
            System.out.println(
                    result instanceof WriteResult.Applied<ListUpdate> applied
                            ? "done " + applied.entity().added() + " "
                                    + applied.entity().removed()
                            : "failed " + result);
        }
    }
}
