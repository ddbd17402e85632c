// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

/** Where a renewal can be cut off. Tests stop there; in production nobody listens. */
enum Step {
    LOCK_BUSY,
    ANSWERED,
    READ,
    TEMP_WRITTEN,
    RENAMED,
    STORED;

    @FunctionalInterface
    interface Listener {
        Listener NONE = step -> {};

        void reached(Step step);
    }
}
