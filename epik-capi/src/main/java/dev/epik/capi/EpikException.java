// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import org.jspecify.annotations.Nullable;

/**
 * The root of all exceptions of this library. Thrown for an invalid setting or a wrong call, and, as an
 * {@link dev.epik.capi.outbox.spi.OutboxException}, by calls that need the outbox when it fails. The message names the
 * setting, the value unless it is personal or secret, and the cure.
 *
 * <p>{@link EpikClient#submit submit} throws none of them: what happens to an event is a {@link SubmitResult} and an
 * {@link Outcome}.
 */
public class EpikException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates an exception with a message that names the cure and nothing personal. */
    public EpikException(String message) {
        super(message);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param message names the cure and nothing personal
     * @param cause for its type and stack; its own message may quote a value, so do not log it
     */
    public EpikException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Returns the message, which is never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
