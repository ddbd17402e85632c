// SPDX-License-Identifier: Apache-2.0
package dev.epik.micrometer;

import dev.epik.capi.EpikClient;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Registers a meter for each counter of a client, once the counter exists. Those of sales of the default ad account are
 * registered from the start, because Prometheus does not see the first event of a counter that appears with it.
 * Thread-safe.
 */
final class CounterMeters {
    private static final String REQUESTS = "epik.delivery";
    private static final Map<String, String> DESCRIPTIONS = Map.of(
            "epik.events", "Events by the result of their submit and by the outcome of their delivery",
            "epik.match.keys", "Stored events that have the match key");

    /** The values of the tags {@code result} and {@code reason} of the counters that are registered from the start. */
    private static final Map<String, List<String>> RESULTS = Map.of(
            "stored", List.of(""),
            "no_consent", List.of(""),
            "failed", List.of("not_stored", "maybe_stored"),
            "accepted", List.of(""),
            "rejected", List.of(""),
            "postponed", List.of(""));

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

    /** A counter that the client does not have yet. */
    private static final class Zero implements EpikClient.Counter {
        private final Map<String, String> tags;

        Zero(Map<String, String> tags) {
            this.tags = tags;
        }

        @Override
        public String name() {
            return "epik.events";
        }

        @Override
        public Map<String, String> tags() {
            return tags;
        }

        @Override
        public long count() {
            return 0;
        }

        @Override
        public Duration totalTime() {
            return Duration.ZERO;
        }
    }

    /** Registers the counters of the sales of the default ad account, with and without a click id. */
    void registerSales() {
        RESULTS.forEach((result, reasons) -> reasons.forEach(reason -> {
            for (boolean hasClickId : new boolean[] {true, false}) {
                Map<String, String> tags = new LinkedHashMap<>(); // in the client's order, which is part of the key
                tags.put("account", EpikClient.MAIN);
                tags.put("event", "checkout");
                tags.put("result", result);
                tags.put("reason", reason);
                tags.put("click_id", Boolean.toString(hasClickId));
                EpikClient.Counter zero = new Zero(tags);
                sources.computeIfAbsent(key(zero), unused -> register(zero));
            }
        }));
    }

    private static String key(EpikClient.Counter counter) {
        return counter.name() + counter.tags();
    }

    /** Registers the counters that have no meter yet. */
    void update() {
        for (EpikClient.Counter counter : epik.counters()) {
            String key = key(counter);
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
