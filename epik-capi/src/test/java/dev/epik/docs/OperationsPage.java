// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import dev.epik.capi.DeliveryStats;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Outcome;
import dev.epik.capi.SubmitResult;

/** The code of {@code docs/operations.md}. */
final class OperationsPage {
    private OperationsPage() {}

    static String stats(EpikClient epik) {
        // tag::stats[]
        DeliveryStats stats = epik.totalStats(); // asks the outbox: not for every request
        SubmitResult.Counts counts = epik.submitCounts(); // since the client was opened; never fails
        // end::stats[]
        return stats + " " + counts;
    }

    static EpikClient.Builder listener(EpikClient.Builder builder) {
        // tag::listener[]
        builder.listener((event, outcome) -> {
            if (outcome instanceof Outcome.Rejected rejected) {
                System.out.println(event + " is a dead letter: " + rejected.reason());
            }
        });
        // end::listener[]
        return builder;
    }
}
