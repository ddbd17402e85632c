// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import dev.epik.capi.event.Customer.MatchKey;

/** By how many keys Pinterest can find the person. */
final class MatchQuality {
    private MatchQuality() {}

    /** A name counts with a place alone, an IP address with a user agent: neither finds a person by itself. */
    static int keys(Draft event) {
        Customer customer = event.customer;
        Visit visit = event.visit;
        boolean name = customer.has(MatchKey.FIRST_NAME) && customer.has(MatchKey.LAST_NAME);
        boolean place = customer.has(MatchKey.ZIP) || customer.has(MatchKey.CITY);
        return one(customer.has(MatchKey.EMAIL))
                + one(customer.has(MatchKey.PHONE))
                + one(customer.has(MatchKey.EXTERNAL_ID))
                + one(customer.has(MatchKey.MAID))
                + one(customer.partnerId() != null)
                + one(visit.clickId() != null)
                + one(visit.ip() != null && visit.userAgent() != null)
                + one(name && place);
    }

    private static int one(boolean known) {
        return known ? 1 : 0;
    }
}
