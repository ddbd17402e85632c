// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.doctor;

/**
 * The result of one check. Immutable.
 *
 * @param message the result, and the cure if there is a problem; never a customer's data
 */
public record Finding(Level level, String check, String message) {
    /** The severity. */
    public enum Level {
        OK,
        /** It works, but can be improved. */
        WARN,
        FAIL,
        /** Could not be checked. */
        SKIP
    }

    public static Finding ok(String check, String message) {
        return new Finding(Level.OK, check, message);
    }

    public static Finding warn(String check, String message) {
        return new Finding(Level.WARN, check, message);
    }

    public static Finding fail(String check, String message) {
        return new Finding(Level.FAIL, check, message);
    }

    public static Finding skip(String check, String message) {
        return new Finding(Level.SKIP, check, message);
    }
}
