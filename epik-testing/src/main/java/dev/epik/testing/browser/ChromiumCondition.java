// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing.browser;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Decides whether browser tests run. The decision is {@link #decide}, a pure function. */
final class ChromiumCondition implements ExecutionCondition {
    enum Decision {
        RUN,
        SKIP,
        FAIL
    }

    private static final String CURE =
            "no chromium and chromedriver found; install Debian's chromium and chromium-driver,"
                    + " or name them in CHROME_BIN and CHROMEDRIVER_BIN";

    private static final AtomicBoolean PRINTED = new AtomicBoolean();

    static Decision decide(boolean isInstalled, String setting) {
        return isInstalled ? Decision.RUN : setting.equals("required") ? Decision.FAIL : Decision.SKIP;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        boolean isInstalled = Chromium.binaries().isPresent();
        return switch (decide(isInstalled, System.getProperty("epik.browser", "auto"))) {
            case RUN -> ConditionEvaluationResult.enabled("Chromium is installed");
            case FAIL -> throw new IllegalStateException("Browser tests are required: " + CURE);
            case SKIP -> {
                if (!PRINTED.getAndSet(true)) {
                    print("EPIK: browser tests SKIPPED: " + CURE + "; -Depik.browser=required makes this a failure");
                }
                yield ConditionEvaluationResult.disabled(CURE);
            }
        };
    }

    /**
     * Prints past Surefire, which hides the output of a skipped class and JUnit's reason. The stream is not closed,
     * because that would close standard error.
     */
    private static void print(String line) {
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8).println(line);
    }
}
