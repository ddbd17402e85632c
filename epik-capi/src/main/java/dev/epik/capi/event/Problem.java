// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import java.util.List;

/**
 * A problem with a field of an event, and the cure. Immutable.
 *
 * @param severity whether the event is stored all the same
 * @param field the name of the method that sets it, such as {@code email}, {@code items[2].price} or
 *     {@code device.brand}
 * @param message the rule and the cure; never the value
 */
public record Problem(Severity severity, String field, String message) {
    /** The consequence of a problem. */
    public enum Severity {
        /** The event is not stored: Pinterest would refuse it or count it wrongly. */
        ERROR,
        /** The event is sent, without the field or with a lower chance of a match. */
        WARNING
    }

    /** Returns the problems of one severity. */
    static List<Problem> only(Severity severity, List<Problem> problems) {
        return problems.isEmpty()
                ? problems // nearly always
                : problems.stream()
                        .filter(problem -> problem.severity == severity)
                        .toList();
    }

    /** Returns whether the event is not stored because of this problem. */
    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** Returns the field and the message. */
    @Override
    public String toString() {
        return field + ": " + message;
    }
}
