// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import java.util.HashSet;
import java.util.Set;

/**
 * Which texts were not said before, up to a limit: texts may hold what differs from event to event, and then no two are the same.
 * Safe for many threads.
 */
final class SaidOnce {
    private final int most;
    private final Set<String> said = new HashSet<>();

    SaidOnce(int most) {
        this.most = most;
    }

    /** True once for a text; never after the limit. */
    synchronized boolean isNew(String text) {
        return said.size() < most && said.add(text);
    }
}
