// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.outbox.spi.Outbox;

/**
 * A store that lives in one process: it is opened when the process starts, and ends with it. It has no threads: added
 * events wait until {@link #step()}, or until the next call. Not thread-safe.
 */
public interface LocalStore extends Outbox {
    /** The callbacks of a store. */
    interface Listener {
        /** Reports that events were added and wait to be stored. */
        void queued();

        /**
         * Reports that a transaction was written and is not committed. An exception from here fails the transaction.
         */
        void written();

        /** Reports that a transaction was committed that stored events, before the shop gets the result. */
        void stored();
    }

    /** Sets the listener. */
    void listener(Listener theListener);

    /** Opens the store. It holds what it had when it was closed or when it crashed. */
    void open();

    /** Ends the store as the end of its process does: nothing more is written, and what waits is lost. */
    void crash();

    boolean isOpen();

    /** Stores what waits. */
    void step();
}
