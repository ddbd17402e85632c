// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import java.util.HashSet;
import java.util.Set;

/**
 * Remembers which texts were logged. The number of texts has a limit, because each text may differ by a detail of an
 * event. Thread-safe.
 */
final class LogOnce {
    private final int max;
    private final Set<String> logged = new HashSet<>();

    LogOnce(int max) {
        this.max = max;
    }

    /** Returns true once for each text; always false after the limit. */
    synchronized boolean firstTime(String text) {
        return logged.size() < max && logged.add(text);
    }
}
