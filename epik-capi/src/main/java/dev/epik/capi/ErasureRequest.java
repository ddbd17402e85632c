// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.event.json.ErasureMatch;
import dev.epik.capi.event.normalize.NormalForm;
import dev.epik.capi.fast.HashInput;
import dev.epik.capi.outbox.encryption.DecryptingOutbox;
import dev.epik.capi.outbox.encryption.KeyRing;
import dev.epik.capi.outbox.spi.EventStore.Capability;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.PayloadKeys;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The person whose events are to be erased. Each email address, phone number and external id is normalised and hashed
 * in the call that names it, as {@link dev.epik.capi.event.Customer} does it; no raw value is kept. Immutable.
 */
public final class ErasureRequest {
    private final ErasureMatch match;
    private final Set<String> eventIds;

    private ErasureRequest(Builder values) {
        this.match = new ErasureMatch(values.hashes, values.clickIds);
        this.eventIds = Set.copyOf(values.eventIds);
    }

    /**
     * The numbers of events that an erasure has removed from an outbox. Immutable.
     *
     * @param waiting how many waiting events were removed
     * @param dead how many dead letters were removed
     * @param remembered how many ids of delivered events were forgotten; Pinterest has these events
     * @param beingSent how many events could not be removed, because they are being sent or were until a minute ago.
     *     Erase again after some minutes
     * @param unreadable how many events may belong to the person, because they are encrypted with a key that is
     *     missing. Erase again when it is supplied
     */
    public record Result(int waiting, int dead, int remembered, int beingSent, int unreadable) {}

    /** Returns a builder that names nothing yet. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns whether the event belongs to the person. */
    boolean matches(StoredEvent event) {
        return eventIds.contains(event.id()) || match.matches(event.json());
    }

    Set<String> eventIds() {
        return eventIds;
    }

    /**
     * Erases the person from an outbox that no client has open, as {@link EpikClient#erase} does it.
     *
     * @param adAccounts the ids of the ad accounts in which delivered event ids are looked up
     * @throws EpikException if the outbox cannot be searched, or fails. Then some events may be removed; erase again
     */
    public Result eraseFrom(Outbox outbox, Collection<String> adAccounts) {
        return eraseFrom(outbox, adAccounts, null);
    }

    /**
     * Erases the person from an outbox whose events may be encrypted.
     *
     * @param payloadKeys the keys of the client that stored the events; null if there are none
     * @throws EpikException see {@link #eraseFrom(Outbox, Collection)}
     */
    public Result eraseFrom(Outbox outbox, Collection<String> adAccounts, @Nullable PayloadKeys payloadKeys) {
        try (KeyRing keys = payloadKeys == null ? null : new KeyRing(payloadKeys, System::nanoTime)) {
            return eraseFromDecrypted(new DecryptingOutbox(outbox, keys), adAccounts);
        }
    }

    /** Erases the person from an outbox that decrypts its events. */
    Result eraseFromDecrypted(Outbox outbox, Collection<String> adAccounts) {
        if (!outbox.capabilities().contains(Capability.SEARCHES)) {
            throw new EpikException("A " + outbox.database().getClass().getSimpleName()
                    + " cannot be searched for a person. Its events are sent soon; then ask Pinterest to delete them"
                    + " (ConversionDeletion)");
        }
        return new Erasure(outbox, System::nanoTime).erase(this::matches, eventIds, adAccounts);
    }

    /** Returns no value. */
    @Override
    public String toString() {
        return "ErasureRequest";
    }

    /** Collects what identifies the person. No parameter may be null. Not thread-safe. */
    public static final class Builder {
        private final Set<String> hashes = new HashSet<>();
        private final Set<String> clickIds = new HashSet<>();
        private final Set<String> eventIds = new HashSet<>();

        private Builder() {}

        /**
         * Adds an email address.
         *
         * @throws EpikException if it is not one
         */
        public Builder email(String email) {
            return hashed(email, NormalForm::email, "The email is not an email address: it needs one @, and no space");
        }

        /**
         * Adds a phone number with its country code, in any notation.
         *
         * @throws EpikException if it is not one
         */
        public Builder phone(String phone) {
            return hashed(
                    phone, NormalForm::phone, "The phone number is invalid: give 7 to 15 digits with the country code");
        }

        /**
         * Adds the shop's own id of the customer, as it was given to {@code Customer}.
         *
         * @throws EpikException if it is blank
         */
        public Builder externalId(String externalId) {
            return hashed(externalId, NormalForm::externalId, "The external id is empty: give the shop's own id");
        }

        /**
         * Adds a click id, the value of the cookie {@code _epik}.
         *
         * @throws EpikException if it is blank
         */
        public Builder clickId(String clickId) {
            return add(clickIds, clickId, "The click id is empty: give the value of the cookie _epik");
        }

        /**
         * Adds the id of an event, such as an order number. It finds waiting events, dead letters and delivered events
         * of every name that Pinterest knows.
         *
         * @throws EpikException if it is blank
         */
        public Builder eventId(String eventId) {
            return add(eventIds, eventId, "The event id is empty: give the id of the order");
        }

        /**
         * Returns the request. The builder can be used again and keeps its values.
         *
         * @throws EpikException if nothing was added
         */
        public ErasureRequest build() {
            if (hashes.isEmpty() && clickIds.isEmpty() && eventIds.isEmpty()) {
                throw new EpikException("The erasure names no person: give an email, a phone number, an external id, a"
                        + " click id or an event id");
            }
            return new ErasureRequest(this);
        }

        private Builder add(Set<String> values, String value, String message) {
            String stripped = value.strip();
            if (stripped.isEmpty()) {
                throw new EpikException(message);
            }
            values.add(stripped);
            return this;
        }

        private Builder hashed(String raw, NormalForm.Rule rule, String message) {
            try (HashInput value = HashInput.of(raw)) {
                if (raw.isBlank() || !rule.normalize(value)) {
                    throw new EpikException(message);
                }
                hashes.add(new String(value.sha256(), StandardCharsets.ISO_8859_1));
                return this;
            }
        }
    }
}
