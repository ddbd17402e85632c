// SPDX-License-Identifier: Apache-2.0
package dev.epik.browser;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Whether browser tests run. The decision is {@link #decide}, a pure function. */
final class ChromiumCondition implements ExecutionCondition {
    enum Decision {
        RUN,
        SKIP,
        FAIL
    }

    private static final String CURE =
            "no chromium and chromedriver found; install Debian's chromium and chromium-driver,"
                    + " or name them in CHROME_BIN and CHROMEDRIVER_BIN";

    private static final AtomicBoolean SAID = new AtomicBoolean();

    static Decision decide(boolean isHere, String setting) {
        return isHere ? Decision.RUN : setting.equals("required") ? Decision.FAIL : Decision.SKIP;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        boolean isHere = Chromium.binaries().isPresent();
        return switch (decide(isHere, System.getProperty("epik.browser", "auto"))) {
            case RUN -> ConditionEvaluationResult.enabled("Chromium is here");
            case FAIL -> throw new IllegalStateException("Browser tests are required: " + CURE);
            case SKIP -> {
                if (!SAID.getAndSet(true)) {
                    say("EPIK: browser tests SKIPPED: " + CURE + "; -Depik.browser=required makes this a failure");
                }
                yield ConditionEvaluationResult.disabled(CURE);
            }
        };
    }

    /**
     * Past Surefire, which swallows what a skipped class prints, and JUnit's reason with it. Never closed: that would
     * close the process's standard error.
     */
    private static void say(String line) {
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8).println(line);
    }
}
