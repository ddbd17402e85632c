// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.file;

import dev.epik.testing.ChildJvm;
import java.io.IOException;
import java.nio.channels.FileChannel;
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
        return ChildJvm.run(LockProbe.class, file.toString(), Long.toString(position));
    }
}
