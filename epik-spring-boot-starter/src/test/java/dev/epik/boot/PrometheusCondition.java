// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Decides whether tests with a real Prometheus run. */
final class PrometheusCondition implements ExecutionCondition {
    private static final String CURE = "no prometheus and promtool found; install Debian's prometheus";
    private static final AtomicBoolean PRINTED = new AtomicBoolean();

    enum Decision {
        RUN,
        SKIP,
        FAIL
    }

    static Decision decide(boolean isHere, String setting) {
        return isHere ? Decision.RUN : setting.equals("required") ? Decision.FAIL : Decision.SKIP;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return switch (decide(RealPrometheus.isHere(), System.getProperty("epik.prometheus", "auto"))) {
            case RUN -> ConditionEvaluationResult.enabled("Prometheus is here");
            case FAIL -> throw new IllegalStateException("Tests with Prometheus are required: " + CURE);
            case SKIP -> {
                if (!PRINTED.getAndSet(true)) {
                    print("EPIK: tests with Prometheus SKIPPED: " + CURE
                            + "; -Depik.prometheus=required makes this a failure");
                }
                yield ConditionEvaluationResult.disabled(CURE);
            }
        };
    }

    /** Prints past Surefire, which hides JUnit's reason. Not closed, because that would close standard error. */
    private static void print(String line) {
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8).println(line);
    }
}
