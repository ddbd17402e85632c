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
     * Sends the events in one request. Never waits. The future may complete on any thread, or never, so the caller
     * needs a deadline.
     */
    CompletableFuture<Reply> send(String adAccount, AccessToken token, List<String> eventsJson);
}
