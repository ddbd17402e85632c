// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import org.jspecify.annotations.Nullable;

/** The store failed. The message names what to do, and nothing of an event's. */
public final class OutboxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OutboxException(String message) {
        super(message);
    }

    /** @param cause for its type and stack: the messages of databases may quote values, so nobody prints them */
    public OutboxException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
