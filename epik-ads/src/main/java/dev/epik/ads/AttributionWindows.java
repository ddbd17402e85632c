// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import java.util.List;

/**
 * The days in which a checkout counts for an ad, after a click, an engagement or a view, and the day on which it is
 * counted. Immutable.
 *
 * @param clickDays 0, 1, 7, 14, 30 or 60
 * @param engagementDays 0, 1, 7, 14, 30 or 60
 * @param viewDays 0, 1, 7, 14, 30 or 60
 * @param isByConversionTime whether a checkout counts on its own day, and not on the day of the click, the engagement
 *     or the view
 */
public record AttributionWindows(int clickDays, int engagementDays, int viewDays, boolean isByConversionTime) {
    private static final List<Integer> ALLOWED = List.of(0, 1, 7, 14, 30, 60);

    /** Pinterest's own default: 30 days after a click or an engagement, 1 day after a view, on the day of these. */
    public static final AttributionWindows DEFAULT = new AttributionWindows(30, 30, 1, false);

    /**
     * Checks the days.
     *
     * @throws AdsException if Pinterest has no such window
     */
    public AttributionWindows {
        for (int days : new int[] {clickDays, engagementDays, viewDays}) {
            if (!ALLOWED.contains(days)) {
                throw new AdsException(
                        "Pinterest has no attribution window of " + days + " days: use one of " + ALLOWED);
            }
        }
    }

    /** Returns the same windows, with each checkout on its own day, as Epik counts it. */
    public AttributionWindows byConversionTime() {
        return new AttributionWindows(clickDays, engagementDays, viewDays, true);
    }

    String query() {
        return "click_window_days=" + clickDays + "&engagement_window_days=" + engagementDays + "&view_window_days="
                + viewDays + "&conversion_report_time="
                + (isByConversionTime ? "TIME_OF_CONVERSION" : "TIME_OF_AD_ACTION");
    }

    /** Returns the windows as a report shows them. */
    @Override
    public String toString() {
        return clickDays + " days after a click, " + engagementDays + " after an engagement, " + viewDays
                + " after a view; counted on the day of the "
                + (isByConversionTime ? "checkout" : "click, engagement or view");
    }
}
