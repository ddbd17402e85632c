// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing.cache;

import dev.epik.testing.ToolCondition;

/** Decides whether tests with real caches run. */
final class CachesCondition extends ToolCondition {
    CachesCondition() {
        super(
                "tests with real caches",
                "epik.caches",
                "no nginx and varnishd found; install Debian's nginx-light and varnish");
    }

    @Override
    protected boolean isInstalled() {
        return RealCaches.areHere();
    }
}
