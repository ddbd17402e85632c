// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.failure;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Logs where nothing may be thrown. Thread-safe. */
public final class ContainedLog {
    private ContainedLog() {}

    /** Logs the line. Whatever the application's log throws is dropped: there is no other place to report it. */
    public static void log(Logger logger, Level level, String format, Object... parameters) {
        try {
            logger.log(level, format, parameters);
        } catch (Throwable ignored) {
            // see above
        }
    }
}
