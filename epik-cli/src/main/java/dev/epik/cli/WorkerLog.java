// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;

/**
 * Prints the warnings and errors of the library while a worker runs. A text is printed once an hour at most, because an
 * ad account whose events wait in a retry topic fails again each time they return. Thread-safe.
 */
final class WorkerLog extends Handler {
    private static final Duration REPEATED_AFTER = Duration.ofHours(1);
    private static final int MAX_PER_MINUTE = 60;
    private static final int MAX_REMEMBERED = 10_000;

    private final PrintWriter err;
    private final Clock clock;
    private final Formatter formatter = new SimpleFormatter();
    private final Map<String, Long> printed = new LinkedHashMap<>();
    private long minute;
    private int inMinute;

    WorkerLog(PrintWriter err, Clock clock) {
        this.err = err;
        this.clock = clock;
        setLevel(Level.WARNING);
    }

    @Override
    public synchronized void publish(LogRecord entry) {
        if (!isLoggable(entry)) {
            return;
        }
        String text = formatter.formatMessage(entry);
        long now = clock.millis();
        Long last = printed.get(text);
        if (last != null && now - last < REPEATED_AFTER.toMillis()) {
            return;
        }
        if (now / 60_000 != minute) {
            minute = now / 60_000;
            inMinute = 0;
        }
        if (++inMinute > MAX_PER_MINUTE) {
            if (inMinute == MAX_PER_MINUTE + 1) {
                print("more warnings are left out in this minute");
            }
            return;
        }
        printed.values().removeIf(time -> now - time >= REPEATED_AFTER.toMillis());
        if (printed.size() < MAX_REMEMBERED) {
            printed.put(text, now);
        }
        print(text);
    }

    private void print(String text) {
        err.println("epik: " + text);
        err.flush();
    }

    @Override
    public void flush() {
        err.flush();
    }

    /** Has no effect: the command owns the stream. */
    @Override
    public void close() {}
}
