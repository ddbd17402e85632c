// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

/**
 * How often Pinterest received one event, identified by name and id.
 *
 * @param serverEvents how often the Conversions API accepted it
 * @param tagHits how often the browser tag sent it
 * @param counted how often a report would show it; 1 if deduplication works
 */
public record EventCounts(int serverEvents, int tagHits, int counted) {
    /** Returns how often it was received in all. */
    public int received() {
        return serverEvents + tagHits;
    }
}
