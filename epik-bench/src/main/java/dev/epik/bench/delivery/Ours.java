// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import dev.epik.capi.EpikClient;
import dev.epik.capi.Submission;
import dev.epik.capi.outbox.Outbox;
import dev.epik.capi.pinterest.AdAccount;
import dev.epik.capi.pinterest.Mode;
import java.net.URI;

/** What all of ours have in common: a client with its defaults, live. */
final class Ours {
    static final String ACCOUNT = "549755885175";

    private Ours() {}

    static EpikClient open(URI stub, Outbox outbox) {
        return EpikClient.builder(Mode.LIVE, AdAccount.of(ACCOUNT, "token-of-the-bench"), outbox)
                .api(stub)
                .open();
    }

    static void mustBeStored(Submission answer) {
        if (!(answer instanceof Submission.Stored)) {
            throw new IllegalStateException("A sale was not stored: " + answer);
        }
    }
}
