// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import java.util.OptionalLong;

/**
 * How far an upload or a sync is. Immutable.
 *
 * @param phase the phase of the run
 * @param rows how many rows of this phase are done
 * @param total how many there are; empty while they are read
 */
public record ListProgress(Phase phase, long rows, OptionalLong total) {
    /** The phases of a run. Nothing is sent before all rows were read. */
    public enum Phase {
        /** The rows are read, checked, hashed and sorted. */
        READING,
        /** Rows are removed from the list. */
        REMOVING,
        /** Rows are added to the list. */
        ADDING
    }
}
