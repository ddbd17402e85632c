// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spi;

import dev.epik.capi.EpikException;
import dev.epik.capi.outbox.JdbcOutbox;
import org.jspecify.annotations.Nullable;

/** A failure of the store. The message names the cure, and contains no data of an event. */
public final class OutboxException extends EpikException {
    private static final long serialVersionUID = 1L;

    private final boolean maybeStored;

    public OutboxException(String message) {
        this(message, null);
    }

    /**
     * Creates the exception.
     *
     * @param cause for its type and stack trace; its message is not printed, because databases quote values
     */
    public OutboxException(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    private OutboxException(String message, @Nullable Throwable cause, boolean maybeStored) {
        super(message, cause);
        this.maybeStored = maybeStored;
    }

    /** Returns a failure to store an event after which it may be stored nevertheless. */
    public static OutboxException maybeStored(String message, @Nullable Throwable cause) {
        return new OutboxException(message, cause, true);
    }

    /**
     * Returns whether the event that was to be stored may be stored nevertheless. To find out, store it again: it is
     * never stored twice. If false, an outbox that is a {@link JdbcOutbox} has surely not stored it.
     */
    public boolean isMaybeStored() {
        return maybeStored;
    }
}
