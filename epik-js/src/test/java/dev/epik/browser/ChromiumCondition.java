// SPDX-License-Identifier: Apache-2.0
package dev.epik.browser;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
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

    static Decision decide(boolean isHere, String setting) {
        return isHere ? Decision.RUN : setting.equals("required") ? Decision.FAIL : Decision.SKIP;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        boolean isHere = Chromium.binaries().isPresent();
        return switch (decide(isHere, System.getProperty("epik.browser", "auto"))) {
            case RUN -> ConditionEvaluationResult.enabled("Chromium is here");
            case FAIL ->
                throw new IllegalStateException(
                        "Browser tests are required and there is no chromium with chromedriver: install Debian's chromium"
                                + " and chromium-driver, or name them in CHROME_BIN and CHROMEDRIVER_BIN");
            case SKIP -> {
                // Surefire swallows what a skipped class prints, and JUnit's reason with it.
                try (PrintStream console =
                        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8)) {
                    console.println("EPIK: browser tests SKIPPED in " + context.getDisplayName()
                            + ": no chromium with chromedriver here; -Depik.browser=required makes this a failure");
                }
                yield ConditionEvaluationResult.disabled("no chromium with chromedriver");
            }
        };
    }
}
