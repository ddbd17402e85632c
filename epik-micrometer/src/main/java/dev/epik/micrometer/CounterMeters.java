// SPDX-License-Identifier: Apache-2.0
package dev.epik.micrometer;

import dev.epik.capi.EpikClient;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Registers a meter for each counter of a client, once the counter exists. Thread-safe. */
final class CounterMeters {
    private static final String REQUESTS = "epik.delivery";
    private static final Map<String, String> DESCRIPTIONS = Map.of(
            "epik.events", "Events by the result of their submit and by the outcome of their delivery",
            "epik.match.keys", "Stored events that have the match key");

    private final EpikClient epik;
    private final MeterRegistry registry;
    private final Map<String, Source> sources = new ConcurrentHashMap<>();

    CounterMeters(EpikClient epik, MeterRegistry registry) {
        this.epik = epik;
        this.registry = registry;
    }

    /**
     * The counter that a meter reads. It changes if the client was opened anew behind
     * {@link EpikClient#delegatingTo(java.util.function.Supplier)}.
     */
    private static final class Source {
        volatile EpikClient.Counter counter;

        Source(EpikClient.Counter counter) {
            this.counter = counter;
        }
    }

    /** Registers the counters that have no meter yet. */
    void update() {
        for (EpikClient.Counter counter : epik.counters()) {
            String key = counter.name() + counter.tags();
            Source known = sources.get(key);
            if (known != null) {
                known.counter = counter;
            } else {
                sources.computeIfAbsent(key, unused -> register(counter));
            }
        }
    }

    private Source register(EpikClient.Counter counter) {
        Source source = new Source(counter);
        Tags tags = Tags.empty();
        for (Map.Entry<String, String> tag : counter.tags().entrySet()) {
            tags = tags.and(tag.getKey(), tag.getValue());
        }
        if (counter.name().equals(REQUESTS)) {
            FunctionTimer.builder(
                            counter.name(),
                            source,
                            each -> each.counter.count(),
                            each -> each.counter.totalTime().toNanos(),
                            TimeUnit.NANOSECONDS)
                    .tags(tags)
                    .description("Requests to Pinterest")
                    .register(registry);
        } else {
            FunctionCounter.builder(counter.name(), source, each -> each.counter.count())
                    .tags(tags)
                    .description(DESCRIPTIONS.getOrDefault(counter.name(), ""))
                    .register(registry);
        }
        return source;
    }
}
