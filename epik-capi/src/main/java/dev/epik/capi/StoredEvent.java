// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.pinterest.EventAge;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One event in an outbox. Stores keep the JSON as it is and never read it. Immutable.
 *
 * @param adAccount the id of its ad account
 * @param name as Pinterest spells it; Pinterest deduplicates by name and id
 * @param id the event id
 * @param json as it is sent. Its only raw personal data are IP address, user agent and click id
 * @param happenedAt when the event happened, by the clock of the machine that submitted it unless the shop set it
 * @param offline whether it happened without a browser. Such an event is not urgent, and Pinterest cannot deduplicate
 *     it
 */
public record StoredEvent(String adAccount, String name, String id, String json, Instant happenedAt, boolean offline) {
    /** Returns the event as it is stored for this ad account. */
    public static StoredEvent of(String adAccount, ConversionEvent event) {
        return new StoredEvent(
                adAccount, event.name(), event.id(), event.json(), event.happenedAt(), event.isOffline());
    }

    /** Returns the key, which is unique in an outbox. */
    public Key key() {
        return new Key(adAccount, name, id);
    }

    /**
     * Returns the size of the JSON. Ours is ASCII, with as many bytes as characters. For other JSON the number may be
     * too small, which only makes a batch larger than intended.
     */
    public int bytes() {
        return json.length();
    }

    /**
     * Returns until when the event counts as web; {@link Instant#EPOCH} for an offline event, and later than that for
     * all others.
     */
    public Instant urgentUntil() {
        if (offline) {
            return Instant.EPOCH;
        }
        Instant until = happenedAt.plus(EventAge.COUNTS_AS_WEB);
        return until.toEpochMilli() > 0 ? until : Instant.ofEpochMilli(1);
    }

    /**
     * Returns whether Pinterest would still deduplicate the event; it does so for 48 hours after the event happened.
     */
    public boolean isDeduplicated(Instant now) {
        return !happenedAt.plus(EventAge.DEDUPLICATED).isBefore(now);
    }

    /**
     * The key of an event: ad account, event name and event id. Immutable.
     *
     * @param adAccount the id of the ad account
     * @param name as Pinterest spells it
     * @param id the event id
     */
    public record Key(String adAccount, String name, String id) {
        /**
         * Compares all three parts. It is written by hand, because the generated method of a record keeps the class,
         * and so the class loader of an undeployed web application, in a cache of the JDK.
         */
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

    /** Returns name and id, never the JSON. */
    @Override
    public String toString() {
        return "StoredEvent[" + name + " " + id + "]";
    }
}
