// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import java.time.Instant;

/**
 * One event of a request to the Conversions API that was well-formed as a whole.
 *
 * @param json the event's own text, exactly as it was sent
 * @param status {@code processed} or {@code failed}, as it was answered
 * @param error why it failed; empty where it did not
 * @param warning what would match better; empty where there is nothing to say
 * @param test sent in test mode: judged, and recorded nowhere
 * @param offline counts as offline: its action source says so, or it came over an hour after it happened
 * @param counted whether a report would show it: processed, not a test, and not known already
 */
public record ReceivedEvent(
        String name,
        String id,
        String json,
        String status,
        String error,
        String warning,
        Instant receivedAt,
        boolean test,
        boolean offline,
        boolean counted) {

    public boolean processed() {
        return status.equals("processed");
    }

    /** Never the JSON: it has IP address and click id in clear. */
    @Override
    public String toString() {
        return "ReceivedEvent[" + name + " " + id + " " + status + (error.isEmpty() ? "" : ": " + error) + "]";
    }
}
