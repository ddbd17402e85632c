// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import org.jspecify.annotations.Nullable;

/** The store failed. The message names what to do, and nothing of an event's. */
public final class OutboxException extends RuntimeException {
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
    static OutboxException maybeStored(String message, @Nullable Throwable cause) {
        return new OutboxException(message, cause, true);
    }

    /**
     * Returns whether the event that was to be stored may be stored all the same. To find out, store it again: it is
     * never stored twice. If false, an outbox that is a {@link JdbcOutbox} has surely not stored it.
     */
    public boolean isMaybeStored() {
        return maybeStored;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
