// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.rules;

import java.util.OptionalInt;

/**
 * A rule that a request would break.
 *
 * @param field Pinterest's name of the field
 * @param message what is wrong, and the cure; no personal data
 * @param code Pinterest's code for it, if known
 */
public record Violation(String field, String message, OptionalInt code) {
    static Violation of(String field, String message) {
        return new Violation(field, message, OptionalInt.empty());
    }

    static Violation of(String field, String message, int code) {
        return new Violation(field, message, OptionalInt.of(code));
    }

    @Override
    public String toString() {
        return field + " " + message;
    }
}
