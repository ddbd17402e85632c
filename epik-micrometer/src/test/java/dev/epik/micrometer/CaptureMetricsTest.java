// SPDX-License-Identifier: Apache-2.0
package dev.epik.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.filter.EpikFilter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CaptureMetricsTest {
    @Test
    void registersOneCounterForEachResult() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        EpikFilter filter = EpikFilter.ofSettings(Map.of());
        new CaptureMetrics(filter).bindTo(registry);
        assertEquals(
                List.of(
                        "captured",
                        "erased",
                        "malformed",
                        "no_consent",
                        "refused_characters",
                        "refused_empty",
                        "refused_length",
                        "unchanged",
                        "untaken"),
                registry.getMeters().stream()
                        .map(Meter::getId)
                        .map(id -> id.getTag("result"))
                        .sorted()
                        .toList());
        assertEquals(
                0,
                registry.get("epik.capture")
                        .tag("result", "captured")
                        .functionCounter()
                        .count());
    }
}
