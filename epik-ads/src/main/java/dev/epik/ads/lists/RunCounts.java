// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.lists;

/** The numbers of rows of a run. Immutable. */
public record RunCounts(
        long read, long invalid, long suppressed, long duplicates, long unchanged, long added, long removed) {}
