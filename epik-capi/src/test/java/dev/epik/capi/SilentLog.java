// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Turns the log of a class, or of all of Epik, off while the tests of a test class run. */
public final class SilentLog implements BeforeAllCallback, AfterAllCallback {
    /** The field keeps the logger, which the JDK otherwise collects together with its level. */
    private final Logger logger;

    private @Nullable Level before;

    private SilentLog(Logger logger) {
        this.logger = logger;
    }

    /** Returns one for all of Epik: simulated failures would fill its log. */
    public static SilentLog ofEpik() {
        return new SilentLog(Logger.getLogger("dev.epik"));
    }

    public static SilentLog of(Class<?> type) {
        return new SilentLog(Logger.getLogger(type.getName()));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        before = logger.getLevel();
        logger.setLevel(Level.OFF);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        logger.setLevel(before);
    }
}
