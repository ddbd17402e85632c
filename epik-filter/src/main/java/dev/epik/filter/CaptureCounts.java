// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import java.util.Map;

/**
 * The counters of one filter since its creation, in requests. Immutable.
 *
 * @param captured requests whose click id was written to the cookie
 * @param unchanged landings of visitors whose cookie already had the same click id
 * @param refused landings with an invalid click id, by reason
 * @param withoutConsent landings with a click id that was not kept, because consent was denied or not given yet
 * @param erased denials that erased a cookie
 * @param pageEvents page events that were handed over to the application
 * @param pageEventsRefused page events that were malformed or over 1 kB
 * @param pageEventsUntaken page events that nothing in the application took, or at which it failed
 */
public record CaptureCounts(
        long captured,
        long unchanged,
        Map<Refusal, Long> refused,
        long withoutConsent,
        long erased,
        long pageEvents,
        long pageEventsRefused,
        long pageEventsUntaken) {

    public CaptureCounts {
        refused = Map.copyOf(refused);
    }
}
