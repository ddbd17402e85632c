// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

/** Where a store's work can be cut off: each thing written and not committed, then committed and not told. Nobody listens but tests. */
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
