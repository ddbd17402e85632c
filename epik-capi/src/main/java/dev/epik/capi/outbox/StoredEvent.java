// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.event.ConversionEvent;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One event in an outbox. Stores keep the JSON as it is and never read it.
 *
 * @param adAccount the id of the ad account it is for
 * @param name as Pinterest spells it; with the id it is what Pinterest deduplicates by
 * @param json as it will be sent: no raw personal data but IP address, user agent and click id
 * @param offline happened where no browser was: it is in no hurry, and Pinterest cannot deduplicate it
 */
public record StoredEvent(String adAccount, String name, String id, String json, Instant happenedAt, boolean offline) {
    /** Pinterest counts a web or app event that comes later as offline. */
    static final Duration COUNTS_AS_WEB = Duration.ofHours(1);

    /** For so long after an event Pinterest knows it again. */
    static final Duration DEDUPLICATED = Duration.ofDays(2);

    /** The event, for this ad account. */
    public static StoredEvent of(String adAccount, ConversionEvent event) {
        return new StoredEvent(
                adAccount, event.name(), event.id(), event.json(), event.happenedAt(), event.isOffline());
    }

    /** What is unique in an outbox. */
    public Key key() {
        return new Key(adAccount, name, id);
    }

    /** Of its JSON: ours is ASCII, with as many bytes as characters. Of another's it may be too few; only how full a batch gets hangs on it. */
    public int bytes() {
        return json.length();
    }

    /** Until when it is better sent than others; the beginning of time where there is no hurry. */
    public Instant urgentUntil() {
        return offline ? Instant.EPOCH : happenedAt.plus(COUNTS_AS_WEB);
    }

    /** Whether Pinterest, having it twice, would count it once; after 48 hours no more. */
    public boolean isDeduplicated(Instant now) {
        return !happenedAt.plus(DEDUPLICATED).isBefore(now);
    }

    /** Ad account, event name, event id. */
    public record Key(String adAccount, String name, String id) {
        /** By hand: that of a record leaves its class, and the loader of a stopped web application, in a cache of the JDK's. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key
                    && id.equals(key.id)
                    && name.equals(key.name)
                    && adAccount.equals(key.adAccount);
        }

        @Override
        public int hashCode() {
            return (adAccount.hashCode() * 31 + name.hashCode()) * 31 + id.hashCode();
        }
    }

    /** Never the JSON. */
    @Override
    public String toString() {
        return "StoredEvent[" + name + " " + id + "]";
    }
}
