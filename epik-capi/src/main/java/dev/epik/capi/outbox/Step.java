// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

/**
 * Points at which a store's work can be cut off: after it has written and before it commits, and after it has committed
 * and before it reports that. If one statement stores and commits, the first point is before that statement. Only tests
 * listen.
 */
enum Step {
    STORING,
    STORED,
    CLAIMING,
    CLAIMED,
    SETTLING,
    SETTLED,
    CHANGING,
    CHANGED;

    @FunctionalInterface
    interface Listener {
        Listener NONE = step -> {};

        void reached(Step step);
    }

    /** One kind of transaction. */
    enum Of {
        STORE(STORING, STORED),
        CLAIM(CLAIMING, CLAIMED),
        SETTLE(SETTLING, SETTLED),
        OTHER(CHANGING, CHANGED);

        final Step written;
        final Step committed;

        Of(Step written, Step committed) {
            this.written = written;
            this.committed = committed;
        }
    }
}
