// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import java.util.List;

/**
 * What is wrong with a field of an event, and the cure.
 *
 * @param field as the method that sets it is called, such as {@code email}, {@code items[2].price} or {@code device.brand}
 * @param message the rule and the cure; never the value
 */
public record Problem(Kind kind, String field, String message) {
    /** What it costs. */
    public enum Kind {
        /** The event: Pinterest would not take it, or would take it for something else. */
        REFUSAL,
        /** A better match, or the field: the event is sent. */
        WARNING
    }

    static Problem refusal(String field, String message) {
        return new Problem(Kind.REFUSAL, field, message);
    }

    static Problem warning(String field, String message) {
        return new Problem(Kind.WARNING, field, message);
    }

    /** Those of one kind. */
    static List<Problem> only(Kind kind, List<Problem> problems) {
        return problems.isEmpty()
                ? problems // nearly always
                : problems.stream().filter(problem -> problem.kind == kind).toList();
    }

    public boolean isRefusal() {
        return kind == Kind.REFUSAL;
    }

    @Override
    public String toString() {
        return field + ": " + message;
    }
}
