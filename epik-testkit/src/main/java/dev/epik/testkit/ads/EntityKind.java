// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit.ads;

import java.util.Optional;
import java.util.stream.Stream;

/** A kind of entities, which has endpoints of its own. */
public enum EntityKind {
    CAMPAIGN("campaigns", "Campaign", "campaign"),
    AD_GROUP("ad_groups", "Ad group", "adgroup"),
    AD("ads", "Ad", "pinpromotion"),
    AUDIENCE("audiences", "Audience", "audience"),
    CUSTOMER_LIST("customer_lists", "Customer list", "customerlist");

    final String path;
    final String title;
    final String type;

    EntityKind(String path, String title, String type) {
        this.path = path;
        this.title = title;
        this.type = type;
    }

    /** Returns the kind of an endpoint such as {@code campaigns}. */
    public static Optional<EntityKind> ofPath(String segment) {
        return Stream.of(values()).filter(kind -> kind.path.equals(segment)).findFirst();
    }

    /** Returns whether the kind can be active, and is written in batches. */
    public boolean spendsMoney() {
        return this == CAMPAIGN || this == AD_GROUP || this == AD;
    }
}
