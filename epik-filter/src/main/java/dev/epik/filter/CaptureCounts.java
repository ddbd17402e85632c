// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import java.util.Map;

/**
 * What the filter has done since it was deployed, request by request.
 *
 * @param captured click ids written to the cookie
 * @param unchanged landings of visitors who had that very click id already
 * @param refused by reason: what stood on the URL was no click id
 * @param withoutConsent landings with a click id that was not kept, because consent was denied or not given yet
 * @param erased denials that took a cookie away
 */
public record CaptureCounts(
        long captured, long unchanged, Map<Refusal, Long> refused, long withoutConsent, long erased) {

    public CaptureCounts {
        refused = Map.copyOf(refused);
    }
}
