// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

/**
 * Whether events count. There is no default: a forgotten test mode loses sales in silence, a forgotten live mode fills
 * the advertiser's reports with trials.
 */
public enum Mode {
    /** Events are recorded. */
    LIVE(1000),
    /** Pinterest checks events as in live mode and records none; of a request it looks at the first 20 alone. */
    TEST(20);

    private final int mostEvents;

    Mode(int mostEvents) {
        this.mostEvents = mostEvents;
    }

    /** The most events that one request may hold. */
    public int mostEvents() {
        return mostEvents;
    }
}
