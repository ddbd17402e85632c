// SPDX-License-Identifier: Apache-2.0
package dev.epik.micrometer;

import dev.epik.capi.DeliveryStats;
import dev.epik.capi.EpikClient;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Registers the meters of a client.
 *
 * <table>
 * <caption>The meters</caption>
 * <tr><th>name</th><th>type</th><th>tags and meaning</th></tr>
 * <tr><td>{@code epik.events}</td><td>counter</td><td>{@code account}, {@code event}, {@code result} (stored,
 * duplicate, invalid, no_consent, failed; accepted, rejected, postponed), {@code reason}, {@code click_id} (true if the
 * event has one)</td></tr>
 * <tr><td>{@code epik.match.keys}</td><td>counter</td><td>{@code account}, {@code key}: stored events that have this
 * match key</td></tr>
 * <tr><td>{@code epik.delivery}</td><td>timer</td><td>{@code status}: requests to Pinterest</td></tr>
 * <tr><td>{@code epik.outbox.waiting}, {@code .dead}, {@code .spooled}</td><td>gauge</td><td>events by state</td></tr>
 * <tr><td>{@code epik.outbox.oldest.age}, {@code .overdue.age}</td><td>gauge, seconds</td><td>the age of the oldest
 * waiting event; how long a due event was not tried, 0 unless that is over 5 minutes</td></tr>
 * <tr><td>{@code epik.outbox.books.difference}</td><td>gauge</td><td>events by which the books do not balance</td></tr>
 * <tr><td>{@code epik.delivery.paused}</td><td>gauge</td><td>1 while delivery pauses</td></tr>
 * <tr><td>{@code epik.delivery.refused}</td><td>gauge</td><td>1 while Pinterest refuses the token or the ad account of
 * this process, or while there is no token</td></tr>
 * <tr><td>{@code epik.delivery.last.accepted.age}</td><td>gauge, seconds</td><td>the time since Pinterest accepted an
 * event</td></tr>
 * <tr><td>{@code epik.click.id.coverage}</td><td>gauge</td><td>{@code window} (6h, 7d): the share of stored web events
 * that have a click id</td></tr>
 * </table>
 *
 * A gauge is NaN while its value is unknown. The gauges of the outbox are those of {@link EpikClient#recentStats()}, so
 * reading a meter does no I/O, for any number of waiting events. The counters of sales ({@code checkout}) of the
 * default ad account are registered at once. Others are once the client has counted something and the gauges were read
 * after that.
 *
 * <p>Thread-safe. Register it with each registry by {@link #bindTo}. The registry keeps the client. Nothing needs to be
 * closed.
 */
public final class EpikMetrics implements MeterBinder {
    private final EpikClient epik;

    /** Creates the meters of this client. */
    public EpikMetrics(EpikClient epik) {
        this.epik = Objects.requireNonNull(epik, "epik");
    }

    /** Registers the meters. Those that the registry already has under the same name and tags stay. */
    @Override
    public void bindTo(MeterRegistry registry) {
        CounterMeters counters = new CounterMeters(epik, registry);
        counters.registerSales();
        counters.update();
        Gauge.builder("epik.outbox.waiting", () -> {
                    counters.update();
                    return stat(DeliveryStats::waiting);
                })
                .description("Events in the outbox without an outcome")
                .register(registry);
        gauge(registry, "epik.outbox.dead", "Dead letters", () -> stat(DeliveryStats::dead));
        gauge(registry, "epik.outbox.spooled", "Events in the spool of this node", () -> stat(DeliveryStats::spooled));
        gauge(
                registry,
                "epik.outbox.books.difference",
                "Events by which the books of the outbox do not balance",
                () -> stat(DeliveryStats::booksDifference));
        gauge(
                registry,
                "epik.delivery.paused",
                "1 while delivery pauses",
                () -> stat(now -> now.pauseReason().isEmpty() ? 0 : 1));
        gauge(
                registry,
                "epik.delivery.refused",
                "1 while Pinterest refuses the token or the ad account, or there is no token",
                () -> epik.activity().isAccountRefused() ? 1 : 0);
        time(registry, "epik.outbox.oldest.age", "Age of the oldest waiting event", () -> age(DeliveryStats::oldest));
        time(
                registry,
                "epik.outbox.overdue.age",
                "How long a due event was not tried; 0 unless that is over 5 minutes",
                () -> age(DeliveryStats::overdue));
        time(
                registry,
                "epik.delivery.last.accepted.age",
                "Time since Pinterest accepted an event",
                () -> epik.activity()
                        .lastAccepted()
                        .map(accepted -> seconds(Duration.between(accepted, Instant.now())))
                        .orElse(Double.NaN));
        coverage(registry, "6h", () -> epik.activity().clickIdCoverage().orElse(Double.NaN));
        coverage(registry, "7d", () -> epik.activity().clickIdCoverageOfWeek().orElse(Double.NaN));
    }

    private double stat(ToDoubleFunction<DeliveryStats> value) {
        return epik.recentStats().map(value::applyAsDouble).orElse(Double.NaN);
    }

    private double age(Function<DeliveryStats, Optional<Duration>> value) {
        return stat(now -> value.apply(now).map(EpikMetrics::seconds).orElse(0.0));
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }

    private static void gauge(MeterRegistry registry, String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    private static void time(MeterRegistry registry, String name, String description, Supplier<Number> seconds) {
        TimeGauge.builder(name, seconds, TimeUnit.SECONDS)
                .description(description)
                .register(registry);
    }

    private static void coverage(MeterRegistry registry, String window, Supplier<Number> share) {
        Gauge.builder("epik.click.id.coverage", share)
                .tag("window", window)
                .description("Share of the stored web events that have a click id")
                .register(registry);
    }
}
