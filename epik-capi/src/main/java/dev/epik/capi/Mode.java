// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

/**
 * Whether events count. There is no default. A forgotten test mode would lose sales without a word; a forgotten live
 * mode would fill the advertiser's reports with test events. Immutable.
 */
public enum Mode {
    /** Events are recorded. */
    LIVE(1000),
    /** Pinterest checks events as in live mode and records none. It looks only at the first 20 events of a request. */
    TEST(20);

    private final int maxEvents;

    Mode(int maxEvents) {
        this.maxEvents = maxEvents;
    }

    /** Returns the maximum number of events in one request. */
    public int maxEvents() {
        return maxEvents;
    }
}
