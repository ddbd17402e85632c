// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

/** The points at which tests kill a process that renews a token. In production they have no effect. */
enum RenewalCrashPoint {
    /** Another process holds the lock. */
    LOCK_BUSY,
    /** Pinterest's whole answer is in the journal. */
    ANSWERED,
    /** The answer was received; the grant is not stored. */
    READ,
    /** The grant is in the temporary file. */
    TEMP_WRITTEN,
    /** The temporary file has replaced the token file. */
    RENAMED,
    /** The grant is stored, and its access token is used from now on. */
    STORED;

    /** Is called at each point. */
    @FunctionalInterface
    interface Listener {
        Listener NONE = point -> {};

        void reached(RenewalCrashPoint point);
    }
}
