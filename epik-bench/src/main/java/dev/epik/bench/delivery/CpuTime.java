// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The CPU time of this process in user and system mode, without that of the JIT compiler: on a busy machine it compiles
 * late, in the time that is measured. On other systems than Linux the compiler is included. Thread-safe.
 */
final class CpuTime {
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final Path THREADS = Path.of("/proc/self/task");
    private static final long TICKS_PER_SECOND = 100;

    private CpuTime() {}

    static long nanos() {
        return SYSTEM.getProcessCpuTime() - compilerNanos();
    }

    private static long compilerNanos() {
        if (!Files.isDirectory(THREADS)) {
            return 0;
        }
        try (Stream<Path> threads = Files.list(THREADS)) {
            long ticks = threads.mapToLong(CpuTime::compilerTicks).sum();
            return ticks * TimeUnit.SECONDS.toNanos(1) / TICKS_PER_SECOND;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long compilerTicks(Path thread) {
        try {
            String stat = Files.readString(thread.resolve("stat"));
            int end = stat.lastIndexOf(')');
            String name = stat.substring(stat.indexOf('(') + 1, end);
            if (!name.startsWith("C1 Comp") && !name.startsWith("C2 Comp")) {
                return 0;
            }
            List<String> words = List.of(stat.substring(end + 2).split(" ", 14)); // from the third field on
            return Long.parseLong(words.get(11)) + Long.parseLong(words.get(12));
        } catch (IOException ignored) {
            return 0; // the thread has ended
        }
    }
}
