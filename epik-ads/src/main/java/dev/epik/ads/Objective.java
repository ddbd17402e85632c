// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import java.util.Optional;

/** The goal of a campaign. Pinterest replaces {@code WEB_CONVERSION} and {@code CATALOG_SALES} by the first two. */
public enum Objective {
    /** Sales: checkouts and additions to the cart. */
    SALES(true),
    /** Leads and sign-ups. */
    LEADS(true),
    /** Many people see the ad. */
    AWARENESS(true),
    /** Clicks. */
    CONSIDERATION(true),
    /** Views of a video to its end. */
    VIDEO_COMPLETION(true),
    /** Only read: the old name of {@link #SALES} and {@link #LEADS}. */
    WEB_CONVERSION(false),
    /** Only read: the old name of {@link #SALES} with a catalog. */
    CATALOG_SALES(false),
    /** Only read: an objective that this version does not know, see {@link AdsEntity#json()}. */
    OTHER(false);

    private final boolean isForNew;

    Objective(boolean isForNew) {
        this.isForNew = isForNew;
    }

    /** Returns whether a campaign can be created with it. */
    public boolean isForNewCampaigns() {
        return isForNew;
    }

    static Objective of(Optional<String> word) {
        for (Objective objective : values()) {
            if (objective.name().equals(word.orElse(""))) {
                return objective;
            }
        }
        return OTHER;
    }
}
