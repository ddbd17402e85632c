// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.AccessToken;
import dev.epik.capi.pinterest.Reply;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Sends one batch to Pinterest. Thread-safe. */
@FunctionalInterface
interface EventsApi {
    /**
     * Sends the events in one request and never waits. The future may complete on any thread, or never: the caller has
     * a deadline of its own.
     */
    CompletableFuture<Reply> send(String adAccount, AccessToken token, List<String> eventsJson);
}
