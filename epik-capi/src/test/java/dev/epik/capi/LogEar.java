// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Hears what is logged while it is open. */
public final class LogEar extends Handler implements AutoCloseable {
    private final Logger logger;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    /** Of this class or package. */
    public LogEar(String name) {
        this.logger = Logger.getLogger(name);
        logger.addHandler(this);
    }

    /** So far, oldest first: the level, a space and the message; then an exception's trace, where there is one. */
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
