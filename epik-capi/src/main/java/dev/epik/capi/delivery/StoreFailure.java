// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.outbox.spi.OutboxException;
import org.jspecify.annotations.Nullable;

/** A failure of the outbox, with any Throwable as its cause: an outbox may be code of the application. */
final class StoreFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private StoreFailure(Throwable cause) {
        super(describe(cause), cause, false, false);
    }

    /** A call of the outbox. */
    @FunctionalInterface
    interface Call<T extends @Nullable Object> {
        T run();
    }

    static <T extends @Nullable Object> T guard(Call<T> call) throws StoreFailure {
        try {
            return call.run();
        } catch (Throwable e) {
            throw new StoreFailure(e);
        }
    }

    /** Returns the message of our own exception, and only the type of another one, whose message may quote values. */
    private static String describe(Throwable e) {
        return e instanceof OutboxException ours
                ? ours.getMessage()
                : e.getClass().getName();
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
