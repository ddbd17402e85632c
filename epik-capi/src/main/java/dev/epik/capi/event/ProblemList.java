// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import dev.epik.capi.event.rules.ProblemReporter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects the problems of an event. Not thread-safe. */
final class ProblemList implements ProblemReporter {
    private final List<Problem> problems = new ArrayList<>();
    private boolean hasErrors;

    @Override
    public void error(String field, String message) {
        hasErrors = true;
        problems.add(new Problem(Problem.Severity.ERROR, field, message));
    }

    @Override
    public void warning(String field, String message) {
        problems.add(new Problem(Problem.Severity.WARNING, field, message));
    }

    boolean hasErrors() {
        return hasErrors;
    }

    /** Returns the errors, then the warnings, each in the order in which they were reported. */
    List<Problem> sorted() {
        if (problems.isEmpty()) {
            return List.of(); // nearly always
        }
        problems.sort(Comparator.comparing(Problem::severity));
        return List.copyOf(problems);
    }
}
