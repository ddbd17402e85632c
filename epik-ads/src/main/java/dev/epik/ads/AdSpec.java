// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An ad to create, or a change of one. Immutable. */
public final class AdSpec extends AdsSpec<AdSpec> {
    private AdSpec(Map<String, @Nullable Object> wire, Set<String> currencies) {
        super(wire, currencies);
    }

    @Override
    AdSpec copy(Map<String, @Nullable Object> wire, Set<String> currencies) {
        return new AdSpec(wire, currencies);
    }

    /**
     * Returns an ad to create. It is created paused, unless {@link #active()} is called.
     *
     * @param adGroupId the id of its ad group
     * @param pinId the id of the Pin
     * @param creativeType as Pinterest names it, such as {@code REGULAR} or {@code VIDEO}
     */
    public static AdSpec create(String adGroupId, String pinId, String creativeType) {
        return change().with("ad_group_id", adGroupId).with("pin_id", pinId).with("creative_type", creativeType);
    }

    /** Returns a change that changes nothing yet. */
    public static AdSpec change() {
        return new AdSpec(Map.of(), Set.of());
    }

    /** Sets the page that a click opens. Default: the Pin's. */
    public AdSpec destinationUrl(String url) {
        return with("destination_url", url);
    }
}
