// SPDX-License-Identifier: Apache-2.0
package dev.epik.micrometer;

import dev.epik.capi.servlet.EpikContextListener.PageEvents;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;
import java.util.Objects;

/**
 * Registers the counter {@code epik.page.events}, by the tag {@code result}: queued, no_consent, robot, limited,
 * duplicate, invalid, dropped, accepted, rejected. {@link PageEvents.Result} explains each. Reading it does no I/O.
 *
 * <p>Thread-safe. The registry does not keep the page events. Nothing needs to be closed.
 */
public final class PageEventMetrics implements MeterBinder {
    static final String NAME = "epik.page.events";
    static final String DESCRIPTION = "Page events of the script epik.events.js, by what happened to them";

    private final PageEvents pageEvents;

    /** Creates the meters of these page events. */
    public PageEventMetrics(PageEvents pageEvents) {
        this.pageEvents = Objects.requireNonNull(pageEvents, "pageEvents");
    }

    /** Registers the meters. Those that the registry already has under the same name and tags stay. */
    @Override
    public void bindTo(MeterRegistry registry) {
        for (PageEvents.Result result : PageEvents.Result.values()) {
            FunctionCounter.builder(NAME, pageEvents, each -> each.counts().getOrDefault(result, 0L))
                    .tag("result", result.name().toLowerCase(Locale.ROOT))
                    .description(DESCRIPTION)
                    .register(registry);
        }
    }
}
