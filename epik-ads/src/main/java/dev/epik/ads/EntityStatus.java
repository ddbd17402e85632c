// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import java.util.Optional;

/** The status of a campaign, ad group or ad, as its owner set it. */
public enum EntityStatus {
    /** It spends money, if everything above it is active too. */
    ACTIVE,
    /** It spends nothing, and can be made active. */
    PAUSED,
    /** It was put away for good: it spends nothing and does not come back. */
    ARCHIVED,
    /** A draft in Ads Manager. */
    DRAFT,
    /** A draft that was deleted in Ads Manager. */
    DELETED_DRAFT,
    /** A status that this version does not know: see {@link AdsEntity#json()}. */
    OTHER;

    static EntityStatus of(Optional<String> word) {
        for (EntityStatus status : values()) {
            if (status.name().equals(word.orElse("")) && status != OTHER) {
                return status;
            }
        }
        return OTHER;
    }
}
