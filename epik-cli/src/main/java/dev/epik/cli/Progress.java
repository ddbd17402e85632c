// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import java.io.PrintWriter;
import java.time.Duration;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine;

/** A progress bar on a terminal; elsewhere a line on standard error every few seconds. Thread-safe. The caller closes it. */
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
                .showSpeed();
        if (CommandLine.Help.Ansi.AUTO.enabled()) {
            return builder;
        }
        long start = System.nanoTime();
        return builder.setUpdateIntervalMillis((int) INTERVAL.toMillis())
                .setConsumer(new DelegatingProgressBarConsumer(
                        line -> {
                            // what ends sooner needs no progress
                            if (System.nanoTime() - start >= INTERVAL.toNanos() / 2) {
                                err.println(line.strip());
                                err.flush();
                            }
                        },
                        WIDTH));
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
}
