// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import dev.epik.capi.EpikClient;
import dev.epik.capi.servlet.EpikContextListener.PageEvents;
import dev.epik.filter.EpikFilter;
import dev.epik.micrometer.CaptureMetrics;
import dev.epik.micrometer.EpikMetrics;
import dev.epik.micrometer.PageEventMetrics;
import io.micrometer.core.instrument.MeterRegistry;

/** The snippet about Micrometer in docs/operations.md. */
final class MetersPage {
    private MetersPage() {}

    static void bind(EpikClient epik, EpikFilter filter, PageEvents pageEvents, MeterRegistry registry) {
        // tag::micrometer[]
        new EpikMetrics(epik).bindTo(registry);
        new CaptureMetrics(filter).bindTo(registry); // the filter's counts
        new PageEventMetrics(pageEvents).bindTo(registry); // only with page events
        // end::micrometer[]
    }
}
