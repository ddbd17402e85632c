// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.EpikClient;
import dev.epik.capi.EpikException;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.PayloadKeys;
import org.jspecify.annotations.Nullable;

/** The keys of an encrypted outbox. They have no option: other users can read a command line. */
final class PayloadKeySetting {
    static final String VARIABLE = "EPIK_PAYLOAD_KEYS";

    private PayloadKeySetting() {}

    /**
     * Returns the keys; null if there are none.
     *
     * @throws UsageException if the variable is invalid
     */
    static @Nullable PayloadKeys read() {
        return parse(System.getenv(VARIABLE));
    }

    static @Nullable PayloadKeys parse(@Nullable String text) {
        try {
            return text == null || text.isBlank() ? null : PayloadKeys.parse(text);
        } catch (EpikException e) {
            throw new UsageException(VARIABLE + " is invalid. " + e.getMessage());
        }
    }

    /** Gives the keys, if there are any, to a client. */
    static EpikClient.Builder applyTo(EpikClient.Builder client) {
        PayloadKeys keys = read();
        return keys == null ? client : client.payloadKeys(keys);
    }

    /** Returns a store that encrypts what is added; the store itself if there are no keys. */
    static EventStore encrypting(EventStore store) {
        PayloadKeys keys = read();
        return keys == null ? store : keys.encrypting(store);
    }
}
