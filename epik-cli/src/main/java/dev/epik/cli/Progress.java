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
 * A progress bar on a terminal; elsewhere a line on standard error every few seconds. Thread-safe. The caller closes
 * it.
 */
final class Progress implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final int WIDTH = 100;

    private final ProgressBar bar;

    private Progress(ProgressBar bar) {
        this.bar = bar;
    }

    /** @param bytes the size of the file; negative: not known */
    static Progress ofReading(long bytes, PrintWriter err) {
        return new Progress(builder("read", bytes, err).setUnit(" kB", 1024).build());
    }

    static Progress ofSending(long events, PrintWriter err) {
        return new Progress(builder("sent", events, err).setUnit(" events", 1).build());
    }

    private static ProgressBarBuilder builder(String task, long max, PrintWriter err) {
        ProgressBarBuilder builder = new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(max)
                .setStyle(ProgressBarStyle.ASCII)
                .continuousUpdate() // a number that stands still is news too
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

    /** Prints each line once, and no line at the start: what ends soon needs no progress. */
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
