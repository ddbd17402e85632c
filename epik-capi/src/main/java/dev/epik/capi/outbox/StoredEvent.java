// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.time.Instant;

/**
 * One event in an outbox. Stores keep the JSON as it is and never read it.
 *
 * @param adAccount the id of the ad account it is for
 * @param name as Pinterest spells it; with the id it is what Pinterest deduplicates by
 * @param json as it will be sent: no raw personal data but IP address, user agent and click id
 */
public record StoredEvent(String adAccount, String name, String id, String json, Instant storedAt) {
    /** What is unique in an outbox. */
    public Key key() {
        return new Key(adAccount, name, id);
    }

    /** Ad account, event name, event id. */
    public record Key(String adAccount, String name, String id) {}

    /** Never the JSON. */
    @Override
    public String toString() {
        return "StoredEvent[" + name + " " + id + "]";
    }
}
