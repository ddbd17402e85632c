// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.testing.ToolCondition;

/** Decides whether tests with a real Prometheus run. */
final class PrometheusCondition extends ToolCondition {
    PrometheusCondition() {
        super(
                "tests with Prometheus",
                "epik.prometheus",
                "no prometheus and promtool found; install Debian's prometheus");
    }

    @Override
    protected boolean isInstalled() {
        return RealPrometheus.isHere();
    }
}
