// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import java.util.List;

/**
 * A request that the ads endpoints of {@link FakePinterest} received. Immutable.
 *
 * @param method the HTTP method
 * @param path the path, such as {@code /v5/ad_accounts/549755885175/campaigns}
 * @param query the query as it was sent; empty if there is none
 * @param body the body as it was sent; empty if there is none
 * @param status the HTTP status of the response; 0 if the connection was closed without one
 * @param active the items of the body that are to be active: their status is {@code ACTIVE}, or it is missing in a new
 *     campaign, ad group or ad
 */
public record AdsCall(String method, String path, String query, String body, int status, List<String> active) {
    public AdsCall {
        active = List.copyOf(active);
    }
}
