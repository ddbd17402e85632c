// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.pinterest.Reply;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One request to Pinterest. Times are those of the {@link Scheduler}. */
final class SimRequest {
    final long number;
    final SimulatedProcess process;
    final String adAccount;
    final List<SimEvent> events;

    /** The time of the call. The process may be stopped before it sends the request. */
    final long sentAt;

    final CompletableFuture<Reply> answer = new CompletableFuture<>();

    /** Whether the call failed after the request was sent, so that the answer is ignored. */
    boolean abandoned;

    SimRequest(long number, SimulatedProcess process, String adAccount, List<SimEvent> events, long sentAt) {
        this.number = number;
        this.process = process;
        this.adAccount = adAccount;
        this.events = events;
        this.sentAt = sentAt;
    }

    boolean isAlone() {
        return events.size() == 1;
    }

    @Override
    public String toString() {
        return "request " + number + " of " + events.size() + " to " + adAccount;
    }
}
