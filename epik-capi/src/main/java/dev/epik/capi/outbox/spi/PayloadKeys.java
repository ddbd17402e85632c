// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spi;

import dev.epik.capi.EpikException;
import dev.epik.capi.outbox.encryption.EncryptingStore;
import dev.epik.capi.outbox.encryption.KeyRing;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The keys by which a client encrypts the JSON of events before it stores them. New events are encrypted with the
 * current key. To rotate, make another key the current one and go on supplying the old ones, for as long as events that
 * were encrypted with them wait or are dead letters.
 *
 * <p>A key may be fetched when it is needed, such as from a key management service. {@link #current} is called when the
 * client is opened and then every 5 minutes; if it fails later, the last key stays in use. {@link #find} is called once
 * for each id that succeeds. Both are called on threads of the client's own, and may take some seconds. If they throw,
 * the client logs the class of the exception, not its message. Must be thread-safe.
 */
public interface PayloadKeys {
    /** The number of bytes of a key. */
    int KEY_BYTES = 32;

    /**
     * Returns the key that new events are encrypted with.
     *
     * @throws Exception if it cannot be had now. Until a key was had once, no event is stored, because it would be
     *     stored in clear
     */
    Key current() throws Exception;

    /**
     * Returns the key of this id; empty if there is none. Events whose key is missing wait for it.
     *
     * @throws Exception if it cannot be had now
     */
    Optional<Key> find(String id) throws Exception;

    /**
     * Returns a store that encrypts what is added to it, for a program that stores without a client. Closing it closes
     * the store.
     */
    default EventStore encrypting(EventStore store) {
        return new EncryptingStore(store, new KeyRing(this, System::nanoTime));
    }

    /** Returns keys that are in memory. */
    static PayloadKeys of(Key current, Key... older) {
        List<Key> all = new ArrayList<>(List.of(older));
        all.add(0, current);
        if (all.stream().map(Key::id).distinct().count() < all.size()) {
            throw new EpikException("Two payload keys have one id: give each key an id of its own");
        }
        List<Key> keys = List.copyOf(all);
        return new PayloadKeys() {
            @Override
            public Key current() {
                return keys.get(0);
            }

            @Override
            public Optional<Key> find(String id) {
                return keys.stream().filter(key -> key.id().equals(id)).findFirst();
            }
        };
    }

    /**
     * Reads keys from a text such as {@code 2027:BASE64 2026:BASE64}. The first key is the current one. White space or
     * commas separate the keys. {@code openssl rand -base64 32} makes the part after the colon.
     *
     * @throws EpikException if it is null, empty or invalid; the message does not quote it
     */
    static PayloadKeys parse(@Nullable String text) {
        List<Key> keys = new ArrayList<>();
        for (String part : (text == null ? "" : text).split("[\\s,]+", -1)) {
            int colon = part.indexOf(':');
            if (colon < 0 && !part.isEmpty()) {
                throw new EpikException("A payload key has no colon: give ID:BASE64, such as 2026:… with 32 bytes from"
                        + " 'openssl rand -base64 32'");
            }
            if (colon >= 0) {
                keys.add(Key.of(part.substring(0, colon), decoded(part.substring(colon + 1))));
            }
        }
        if (keys.isEmpty()) {
            throw new EpikException("There is no payload key: give ID:BASE64, the current key first");
        }
        return of(keys.get(0), keys.subList(1, keys.size()).toArray(Key[]::new));
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException ignored) { // its message quotes the key
            throw new EpikException("The part of a payload key after the colon is not Base64");
        }
    }

    /** A key with an id. {@link #toString()} shows the id only. Immutable. */
    final class Key {
        private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

        private final String id;
        private final byte[] secret;

        private Key(String id, byte[] secret) {
            this.id = id;
            this.secret = secret;
        }

        /**
         * Returns a key.
         *
         * @param id is stored with each event and shown in logs: no secret. 1 to 64 letters, digits, '.', '_' and '-'
         * @param secret 32 random bytes; they are copied
         * @throws EpikException if one of them is invalid
         */
        public static Key of(String id, byte[] secret) {
            if (!ID.matcher(id).matches()) {
                throw new EpikException("The id of a payload key has " + id.length()
                        + " characters: give 1 to 64 letters, digits, '.', '_' and '-'");
            }
            if (secret.length != KEY_BYTES) {
                throw new EpikException(
                        "The payload key " + id + " has " + secret.length + " bytes: give " + KEY_BYTES);
            }
            return new Key(id, secret.clone());
        }

        public String id() {
            return id;
        }

        /** Returns a copy of the secret bytes. Never write them to a log or a message. */
        public byte[] secret() {
            return secret.clone();
        }

        @Override
        public String toString() {
            return "Key[" + id + "]";
        }
    }
}
