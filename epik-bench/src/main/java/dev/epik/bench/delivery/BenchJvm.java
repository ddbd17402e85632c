// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts new JVMs with this class path. */
final class BenchJvm {
    private static final int MAX_MINUTES = 20;

    /** The heap is touched before the measurement: the first use of a page takes microseconds on a virtual machine. */
    private static final List<String> FULL = List.of("-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch");

    /** Options for short runs, in which the start takes most of the time. */
    private static final List<String> QUICK =
            List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto");

    private BenchJvm() {}

    /** Runs a class and returns the output lines that start with the mark. Other output is dropped. */
    static List<String> run(boolean isShort, Class<?> main, List<String> arguments, String mark)
            throws IOException, InterruptedException {
        Process process = start(isShort, main, arguments);
        Thread watch = watch(process);
        try (BufferedReader out = process.inputReader()) {
            List<String> lines =
                    out.lines().filter(line -> line.startsWith(mark)).toList();
            int exit = process.waitFor();
            if (exit != 0) {
                throw new IOException(main.getSimpleName() + " " + arguments + " ended with " + exit);
            }
            return lines;
        } finally {
            process.destroyForcibly();
            watch.interrupt();
        }
    }

    /** Starts a class. The caller ends the process. */
    static Process start(boolean isShort, Class<?> main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(isShort ? QUICK : FULL);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static Thread watch(Process process) {
        Thread watch = new Thread(
                () -> {
                    try {
                        if (!process.waitFor(MAX_MINUTES, TimeUnit.MINUTES)) {
                            process.destroyForcibly();
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "child-watch");
        watch.setDaemon(true);
        watch.start();
        return watch;
    }
}
