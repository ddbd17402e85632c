// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

/** A fault of one write of {@link FakeAds}. See {@link FakeAds#failWrite}. */
public enum WriteFault {
    /** Responds 500, and applies nothing. */
    ERROR_BEFORE(false),
    /** Applies the write, then responds 500. */
    ERROR_AFTER(true),
    /** Closes the connection without a response, and applies nothing. */
    CLOSED_BEFORE(false),
    /** Applies the write, then closes the connection without a response. */
    CLOSED_AFTER(true),
    /**
     * Applies the first half of a batch, rounded up, then closes the connection without a response. Any other write is
     * applied.
     */
    CLOSED_HALFWAY(true),
    /** Applies the write, and responds when {@link FakeAds#releaseResponses} is called. */
    STALLED_AFTER(true),
    /** Responds 429, and applies nothing. */
    RATE_LIMITED(false);

    private final boolean applied;

    WriteFault(boolean applied) {
        this.applied = applied;
    }

    /** Returns whether at least a part of the write is applied, if it is valid. */
    public boolean isApplied() {
        return applied;
    }
}
