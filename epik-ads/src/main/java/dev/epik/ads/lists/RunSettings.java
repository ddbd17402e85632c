// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.lists;

import java.nio.file.Path;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a run.
 *
 * @param account the id of the ad account
 * @param name of the list
 * @param listId of a list that exists; null to create one
 * @param directory of what was sent before
 * @param keyFile null for the one in the directory
 * @param removes whether rows that are not in the source are removed
 * @param skipsInvalid whether invalid rows are left out instead of refusing all
 * @param allowsMassRemoval whether any number of rows may be removed
 * @param maxRemovalPercent more is a mass removal if it is also over {@code maxRemovalRows}
 * @param isSuppressed whether a row is left out
 */
public record RunSettings(
        String account,
        String name,
        @Nullable String listId,
        Path directory,
        @Nullable Path keyFile,
        boolean removes,
        boolean skipsInvalid,
        boolean allowsMassRemoval,
        int maxRemovalPercent,
        long maxRemovalRows,
        int maxChunkRows,
        int maxChunkBytes,
        Predicate<InputRow> isSuppressed,
        RunEvents events) {}
