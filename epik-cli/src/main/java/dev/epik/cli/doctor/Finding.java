// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.doctor;

/**
 * What one check found.
 *
 * @param says what is so, and the cure where it is not well; never a value of a customer's
 */
public record Finding(Level level, String check, String says) {
    /** How it is. */
    public enum Level {
        OK,
        /** It works, and could be better. */
        WARN,
        FAIL,
        /** Could not be looked at. */
        SKIP
    }

    public static Finding ok(String check, String says) {
        return new Finding(Level.OK, check, says);
    }

    public static Finding warn(String check, String says) {
        return new Finding(Level.WARN, check, says);
    }

    public static Finding fail(String check, String says) {
        return new Finding(Level.FAIL, check, says);
    }

    public static Finding skip(String check, String says) {
        return new Finding(Level.SKIP, check, says);
    }
}
