// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import java.util.HashSet;
import java.util.Set;

/**
 * Which events of a file have the name and id of an earlier one, by 64 bits of a hash: the chance to take two ids for
 * one is one in millions. Bounded: after a million different ids no more are remembered. Not thread-safe.
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
