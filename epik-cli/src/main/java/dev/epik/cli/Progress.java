// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Consumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine;

/**
 * A progress bar on a terminal; otherwise a line on standard error every 5 seconds. Thread-safe. The caller closes it.
 */
final class Progress implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final int WIDTH = 100;

    private final ProgressBar bar;

    private Progress(ProgressBar bar) {
        this.bar = bar;
    }

    /**
     * Returns the progress of reading a file.
     *
     * @param bytes the size of the file; negative if unknown
     */
    static Progress ofReading(long bytes, PrintWriter err) {
        return new Progress(builder("read", bytes, err).setUnit(" kB", 1024).build());
    }

    /** Returns the progress of sending a number of events. */
    static Progress ofSending(long events, PrintWriter err) {
        return new Progress(builder("sent", events, err).setUnit(" events", 1).build());
    }

    private static ProgressBarBuilder builder(String task, long max, PrintWriter err) {
        ProgressBarBuilder builder = new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(max)
                .setStyle(ProgressBarStyle.ASCII)
                .continuousUpdate() // so that a stalled number is visible
                .showSpeed();
        if (CommandLine.Help.Ansi.AUTO.enabled()) {
            return builder;
        }
        return builder.setUpdateIntervalMillis((int) INTERVAL.toMillis())
                .setConsumer(new DelegatingProgressBarConsumer(new PlainLines(err), WIDTH));
    }

    void to(long done) {
        bar.stepTo(done);
    }

    void step() {
        bar.step();
    }

    @Override
    public void close() {
        bar.close();
    }

    /** Prints each line once, and none in the first seconds, because short commands need no progress. */
    private static final class PlainLines implements Consumer<String> {
        private final PrintWriter err;
        private final long start = System.nanoTime();
        private String last = "";

        PlainLines(PrintWriter err) {
            this.err = err;
        }

        @Override
        public synchronized void accept(String line) {
            if (System.nanoTime() - start >= INTERVAL.toNanos() / 2 && !line.equals(last)) {
                err.println(line.strip());
                err.flush();
                last = line;
            }
        }
    }
}
