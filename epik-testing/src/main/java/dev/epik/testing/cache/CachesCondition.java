// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing.cache;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Decides whether tests with real caches run. */
final class CachesCondition implements ExecutionCondition {
    private static final String CURE = "no nginx and varnishd found; install Debian's nginx-light and varnish";
    private static final AtomicBoolean PRINTED = new AtomicBoolean();

    enum Decision {
        RUN,
        SKIP,
        FAIL
    }

    static Decision decide(boolean areHere, String setting) {
        return areHere ? Decision.RUN : setting.equals("required") ? Decision.FAIL : Decision.SKIP;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return switch (decide(RealCaches.areHere(), System.getProperty("epik.caches", "auto"))) {
            case RUN -> ConditionEvaluationResult.enabled("nginx and Varnish are here");
            case FAIL -> throw new IllegalStateException("Tests with real caches are required: " + CURE);
            case SKIP -> {
                if (!PRINTED.getAndSet(true)) {
                    print("EPIK: tests with real caches SKIPPED: " + CURE
                            + "; -Depik.caches=required makes this a failure");
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
