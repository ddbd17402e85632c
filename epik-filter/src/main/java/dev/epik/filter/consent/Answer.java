// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter.consent;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The answer of a consent platform's cookie. The strictest answer comes first. */
public enum Answer {
    /** The visitor refused advertising. */
    DENIED,
    /** The platform's cookie is there, but its meaning is unknown. */
    UNREADABLE,
    /** The banner is in sight and not answered. */
    OPEN,
    /** The visitor accepted advertising, or the platform needs no consent in the visitor's region. */
    GRANTED;

    /** Returns the stricter of two answers. Null, which is no answer, is the mildest. */
    static @Nullable Answer stricter(@Nullable Answer first, @Nullable Answer second) {
        if (first == null || second == null) {
            return first == null ? second : first;
        }
        return first.compareTo(second) <= 0 ? first : second;
    }

    /** Returns the strictest answer of several cookies of one name, or null if there is none. */
    static @Nullable Answer strictest(List<String> values, Function<String, Answer> read) {
        Answer result = null;
        for (String value : values) {
            result = stricter(result, read.apply(value));
        }
        return result;
    }
}
