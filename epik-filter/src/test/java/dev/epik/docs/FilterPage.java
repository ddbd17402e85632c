// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import dev.epik.filter.ConsentDecider;
import dev.epik.filter.EpikFilter;
import dev.epik.filter.Secure;

/** The Java code of {@code docs/filter.md}. */
public final class FilterPage {
    private FilterPage() {}

    /** Builds the filter of the page. */
    public static EpikFilter filter() {
        // tag::filter-builder[]
        EpikFilter filter = EpikFilter.builder()
                .consent(ConsentDecider.oneTrust("C0004"))
                .secure(Secure.ALWAYS)
                .lifetimeDays(90)
                .build();
        // end::filter-builder[]
        return filter;
    }
}
