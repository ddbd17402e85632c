// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

/** The event that Pinterest charges for in an ad group. */
public enum BillableEvent {
    /** Each click through to the shop. */
    CLICKTHROUGH,
    /** A thousand views. */
    IMPRESSION,
    /** Each view of half a video. */
    VIDEO_V_50_MRC
}
