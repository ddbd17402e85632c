// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import java.util.List;

/** The kinds of things in a plan. */
public enum PlanKind {
    /** An audience. */
    AUDIENCE("audience", "name type event retention_days tag seed country percentage"),
    /** A campaign. */
    CAMPAIGN(
            "campaign",
            "name id status objective daily_budget lifetime_budget budget_on_ad_groups performance_plus start end"
                    + " open_ended ad_groups"),
    /** An ad group. */
    AD_GROUP(
            "ad group",
            "name id status billable_event daily_budget lifetime_budget bid conversion_event conversion_tag include"
                    + " exclude auto_targeting locations interests start end ads"),
    /** An ad. */
    AD("ad", "name id status pin_id creative_type destination_url");

    private final String title;

    /** The keys, separated by spaces. */
    private final String keys;

    PlanKind(String title, String keys) {
        this.title = title;
        this.keys = keys;
    }

    /** Returns the words for people, such as {@code ad group}. */
    public String title() {
        return title;
    }

    /** Returns the keys in a plan file. */
    List<String> keys() {
        return List.of(keys.split(" ", -1));
    }
}
