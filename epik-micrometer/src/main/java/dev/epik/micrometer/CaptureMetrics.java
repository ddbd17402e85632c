// SPDX-License-Identifier: Apache-2.0
package dev.epik.micrometer;

import dev.epik.filter.CaptureCounts;
import dev.epik.filter.EpikFilter;
import dev.epik.filter.Refusal;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * Registers the counter {@code epik.capture} of a filter, by the tag {@code result}: captured, unchanged,
 * refused_empty, refused_length, refused_characters, no_consent, erased. Also of {@code epik.page.events} those with
 * the results malformed and untaken. {@link CaptureCounts} explains each. Reading them does no I/O.
 *
 * <p>Thread-safe. The registry does not keep the filter. Nothing needs to be closed.
 */
public final class CaptureMetrics implements MeterBinder {
    private final EpikFilter filter;

    /** Creates the meters of this filter. */
    public CaptureMetrics(EpikFilter filter) {
        this.filter = Objects.requireNonNull(filter, "filter");
    }

    /** Registers the meters. Those that the registry already has under the same name and tags stay. */
    @Override
    public void bindTo(MeterRegistry registry) {
        counter(registry, "captured", CaptureCounts::captured);
        counter(registry, "unchanged", CaptureCounts::unchanged);
        for (Refusal reason : Refusal.values()) {
            counter(
                    registry,
                    "refused_" + reason.name().toLowerCase(Locale.ROOT),
                    counts -> counts.refused().getOrDefault(reason, 0L));
        }
        counter(registry, "no_consent", CaptureCounts::withoutConsent);
        counter(registry, "erased", CaptureCounts::erased);
        pageEvents(registry, "malformed", CaptureCounts::pageEventsRefused);
        pageEvents(registry, "untaken", CaptureCounts::pageEventsUntaken);
    }

    private void counter(MeterRegistry registry, String result, ToDoubleFunction<CaptureCounts> value) {
        counter("epik.capture", result, value)
                .description("Landings with a click id, and denials, by what the filter did")
                .register(registry);
    }

    private void pageEvents(MeterRegistry registry, String result, ToDoubleFunction<CaptureCounts> value) {
        counter(PageEventMetrics.NAME, result, value)
                .description(PageEventMetrics.DESCRIPTION)
                .register(registry);
    }

    private FunctionCounter.Builder<EpikFilter> counter(
            String name, String result, ToDoubleFunction<CaptureCounts> value) {
        return FunctionCounter.builder(name, filter, each -> value.applyAsDouble(each.counts()))
                .tag("result", result);
    }
}
