// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Another process that asks for a lock. */
public final class LockProbe {
    private LockProbe() {}

    /** Prints whether one byte of a file is free. Arguments: the file and the byte's position. */
    public static void main(String... arguments) throws IOException {
        try (FileChannel channel = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE)) {
            System.out.println(channel.tryLock(Long.parseLong(arguments[1]), 1, false) == null ? "HELD" : "FREE");
        }
    }

    /** Returns HELD or FREE, as a process of its own finds it. */
    public static String ask(Path file, long position) throws IOException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockProbe.class.getName(),
                        file.toString(),
                        Long.toString(position))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }
}
