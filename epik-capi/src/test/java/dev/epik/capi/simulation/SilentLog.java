// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Turns the log of Epik off while the tests of a class run: simulated failures would fill it. */
final class SilentLog implements BeforeAllCallback, AfterAllCallback {
    private static final Logger EPIK = Logger.getLogger("dev.epik");

    private @Nullable Level before;

    @Override
    public void beforeAll(ExtensionContext context) {
        before = EPIK.getLevel();
        EPIK.setLevel(Level.OFF);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        EPIK.setLevel(before);
    }
}
