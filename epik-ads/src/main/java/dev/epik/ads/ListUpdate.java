// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

/**
 * The result of an upload or a sync of a customer list. Immutable.
 *
 * @param list as it was read back
 * @param read how many rows were read
 * @param invalid how many of them were skipped because they are invalid
 * @param suppressed how many of them were left out because the person opted out
 * @param duplicates how many of them were there before in the same file
 * @param unchanged how many rows were in the list already
 * @param added how many rows were sent to be added
 * @param removed how many rows were sent to be removed
 */
public record ListUpdate(
        CustomerList list,
        long read,
        long invalid,
        long suppressed,
        long duplicates,
        long unchanged,
        long added,
        long removed) {}
