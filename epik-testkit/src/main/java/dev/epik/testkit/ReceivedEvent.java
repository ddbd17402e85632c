// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import java.time.Instant;

/**
 * One event of a request to the Conversions API that conforms to the schema. Immutable.
 *
 * @param json the event's JSON, exactly as it was sent
 * @param status {@code processed} or {@code failed}, as in the response
 * @param error why it failed; empty if it was processed
 * @param warning what would improve matching; empty if there is no warning
 * @param test whether it was sent in test mode: validated, but not counted
 * @param offline whether it counts as offline: by its action source, or because it arrived over an hour after it
 *     happened
 * @param counted whether a report would show it: processed, not a test, and not received before
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

    /** Returns whether the API accepted it. */
    public boolean processed() {
        return status.equals("processed");
    }

    /**
     * Returns name, id, status and error, never the JSON: it contains the IP address and the click id in plain text.
     */
    @Override
    public String toString() {
        return "ReceivedEvent[" + name + " " + id + " " + status + (error.isEmpty() ? "" : ": " + error) + "]";
    }
}
