// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spi;

import dev.epik.capi.EpikException;
import dev.epik.capi.outbox.JdbcOutbox;
import org.jspecify.annotations.Nullable;

/** The store failed. The message names what to do, and nothing of an event's. */
public final class OutboxException extends EpikException {
    private static final long serialVersionUID = 1L;

    private final boolean maybeStored;

    public OutboxException(String message) {
        this(message, null);
    }

    /** @param cause for its type and stack: the messages of databases may quote values, so nobody prints them */
    public OutboxException(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    private OutboxException(String message, @Nullable Throwable cause, boolean maybeStored) {
        super(message, cause);
        this.maybeStored = maybeStored;
    }

    /** Returns a failure to store an event after which it may be stored all the same. */
    public static OutboxException maybeStored(String message, @Nullable Throwable cause) {
        return new OutboxException(message, cause, true);
    }

    /**
     * Returns whether the event that was to be stored may be stored all the same. To find out, store it again: it is
     * never stored twice. If false, an outbox that is a {@link JdbcOutbox} has surely not stored it.
     */
    public boolean isMaybeStored() {
        return maybeStored;
    }
}
