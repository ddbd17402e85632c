// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import java.util.List;
import java.util.OptionalInt;

/**
 * The result of a write. A write is repeated only if it surely was not processed, so there are three results. Switch
 * over them. Immutable.
 *
 * @param <E> what was written
 */
public sealed interface WriteResult<E> {
    /**
     * Pinterest has made the change.
     *
     * @param entity as it was read back
     * @param differences what was read back differently than it was sent, for people; mostly empty
     */
    record Applied<E>(E entity, List<String> differences) implements WriteResult<E> {
        /** Copies the list. */
        public Applied {
            differences = List.copyOf(differences);
        }
    }

    /**
     * Nothing was changed.
     *
     * @param code Pinterest's code, also for a rule that was found broken before the call; empty if there is none
     * @param message what is wrong, with the cure; no personal data
     * @param isSent whether Pinterest refused it; false if it was refused before the call
     */
    record Rejected<E>(OptionalInt code, String message, boolean isSent) implements WriteResult<E> {}

    /**
     * The request was sent, and there is no clear answer: the change may have been made. Do not repeat it. Look first,
     * with {@link EntityClient#findByName} for what was to be created, or {@link EntityClient#find} for a change.
     *
     * @param message what happened, and how to find out
     */
    record Unknown<E>(String message) implements WriteResult<E> {}
}
