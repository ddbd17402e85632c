// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import java.util.HashSet;
import java.util.Set;

/**
 * Finds events with the name and id of an earlier event in the file. It compares 64-bit hashes, so a false match is
 * possible, but its chance is one in millions. It remembers at most a million ids. Not thread-safe.
 */
public final class SeenIds {
    private static final int MAX_IDS = 1_000_000;

    private final Set<Long> hashes = new HashSet<>();

    /**
     * Remembers an event, and returns whether an earlier one had the same name and id; false for an event without an
     * id.
     */
    public boolean isRepeated(RawEvent raw) {
        if (raw.event().id().isEmpty() || hashes.size() >= MAX_IDS) {
            return false;
        }
        String id = raw.event().name() + ' ' + raw.event().id();
        long hash = 1125899906842597L;
        for (int i = 0; i < id.length(); i++) {
            hash = 31 * hash + id.charAt(i);
        }
        return !hashes.add(hash);
    }
}
