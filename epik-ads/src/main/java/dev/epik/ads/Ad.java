// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.json.Fields;
import java.util.List;
import java.util.Optional;

/** An ad as it is at Pinterest: a Pin that an ad group shows. Immutable. */
public final class Ad extends AdsEntity {
    Ad(Fields fields, String currency) {
        super(fields, currency);
    }

    /** Returns the id of its ad group. */
    public String adGroupId() {
        return read().text("ad_group_id").orElse("");
    }

    /** Returns the id of its campaign; empty text if Pinterest sent none. */
    public String campaignId() {
        return read().text("campaign_id").orElse("");
    }

    /** Returns the id of the Pin. */
    public String pinId() {
        return read().text("pin_id").orElse("");
    }

    /** Returns the kind of the ad as Pinterest names it, such as {@code REGULAR}; empty if Pinterest sent none. */
    public Optional<String> creativeType() {
        return read().text("creative_type");
    }

    /** Returns the page that a click opens; empty if the Pin decides. */
    public Optional<String> destinationUrl() {
        return read().text("destination_url");
    }

    /**
     * Returns the state of the review as Pinterest names it, such as {@code APPROVED}; empty if Pinterest sent none.
     */
    public Optional<String> reviewStatus() {
        return read().text("review_status");
    }

    /** Returns Pinterest's reasons for a rejection; empty if there are none. */
    public List<String> rejectedReasons() {
        return read().texts("rejected_reasons");
    }
}
