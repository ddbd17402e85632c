// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing.browser;

import dev.epik.testing.ToolCondition;

/** Decides whether browser tests run. */
final class ChromiumCondition extends ToolCondition {
    ChromiumCondition() {
        super(
                "browser tests",
                "epik.browser",
                "no chromium and chromedriver found; install Debian's chromium and chromium-driver,"
                        + " or name them in CHROME_BIN and CHROMEDRIVER_BIN");
    }

    @Override
    protected boolean isInstalled() {
        return Chromium.binaries().isPresent();
    }
}
