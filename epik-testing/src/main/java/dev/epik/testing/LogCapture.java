// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Captures what a class or package logs until it is closed. Thread-safe. */
public final class LogCapture extends Handler implements AutoCloseable {
    private final Logger logger;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private LogCapture(String name) {
        this.logger = Logger.getLogger(name);
        logger.addHandler(this);
    }

    /** Captures the log of a class. */
    public static LogCapture of(Class<?> type) {
        return new LogCapture(type.getName());
    }

    /** Captures the logs of a package and of its sub-packages. */
    public static LogCapture ofPackage(String name) {
        return new LogCapture(name);
    }

    /**
     * Returns the lines so far, the oldest first: the level, a space and the message, and the stack trace if there is
     * an exception.
     */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void publish(LogRecord line) {
        SimpleFormatter format = new SimpleFormatter();
        String trace = line.getThrown() == null ? "" : "\n" + format.format(line);
        lines.add(line.getLevel() + " " + format.formatMessage(line) + trace);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
