// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Decides whether tests that need an installed tool run. They are skipped without the tool, and one line on standard
 * error reports it. A system property with the value {@code required} makes a missing tool a failure.
 */
public abstract class ToolCondition implements ExecutionCondition {
    private static final ConcurrentHashMap<String, Boolean> PRINTED = new ConcurrentHashMap<>();

    private final String tests;
    private final String property;
    private final String cure;

    /** The decision. */
    public enum Decision {
        RUN,
        SKIP,
        FAIL
    }

    /**
     * Creates the condition of a tool.
     *
     * @param tests the name of the tests, such as {@code browser tests}
     * @param property the system property that can require the tool
     * @param cure what is missing, and how to install it
     */
    protected ToolCondition(String tests, String property, String cure) {
        this.tests = tests;
        this.property = property;
        this.cure = cure;
    }

    /** Returns whether the tool is installed. */
    protected abstract boolean isInstalled();

    /** Returns the decision. A pure function. */
    public static Decision decide(boolean isInstalled, String setting) {
        return isInstalled ? Decision.RUN : setting.equals("required") ? Decision.FAIL : Decision.SKIP;
    }

    @Override
    public final ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return switch (decide(isInstalled(), System.getProperty(property, "auto"))) {
            case RUN -> ConditionEvaluationResult.enabled("The tool is installed");
            case FAIL ->
                throw new IllegalStateException("The " + tests + " are required by -D" + property + ": " + cure);
            case SKIP -> {
                if (PRINTED.putIfAbsent(property, true) == null) {
                    print("EPIK: " + tests + " SKIPPED: " + cure + "; -D" + property
                            + "=required makes this a failure");
                }
                yield ConditionEvaluationResult.disabled(cure);
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
