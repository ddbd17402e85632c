// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.failure;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Logging that never throws. Thread-safe. */
public final class ContainedLog {
    private ContainedLog() {}

    /** Logs the line. Ignores whatever the logging system throws, because there is no other place to report it. */
    public static void log(Logger logger, Level level, String format, Object... parameters) {
        try {
            logger.log(level, format, parameters);
        } catch (Throwable ignored) {
            // see above
        }
    }
}
