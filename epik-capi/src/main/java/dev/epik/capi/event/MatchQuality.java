// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import dev.epik.capi.event.Customer.MatchKey;
import java.util.stream.Stream;

/** By how many keys Pinterest can find the person. */
final class MatchQuality {
    private MatchQuality() {}

    /** A name counts with a place alone, an IP address with a user agent: neither finds a person by itself. */
    static int keys(Draft event) {
        Customer customer = event.customer;
        Visit visit = event.visit;
        boolean name = customer.has(MatchKey.FIRST_NAME) && customer.has(MatchKey.LAST_NAME);
        boolean place = customer.has(MatchKey.ZIP) || customer.has(MatchKey.CITY);
        return (int) Stream.of(
                        customer.has(MatchKey.EMAIL),
                        customer.has(MatchKey.PHONE),
                        customer.has(MatchKey.EXTERNAL_ID),
                        customer.has(MatchKey.MAID),
                        customer.partnerId() != null,
                        visit.clickId() != null,
                        visit.ip() != null && visit.userAgent() != null,
                        name && place)
                .filter(known -> known)
                .count();
    }
}
