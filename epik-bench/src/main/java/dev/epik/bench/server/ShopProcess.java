// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A {@link Shop} in a new JVM. */
final class ShopProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;
    private final Writer input;
    private final int port;

    ShopProcess(FilterSetup way) throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms256m",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Shop.class.getName(),
                        way.name())
                .redirectError(Redirect.INHERIT)
                .start();
        output = process.inputReader(StandardCharsets.US_ASCII);
        input = process.outputWriter(StandardCharsets.US_ASCII);
        port = (int) number();
    }

    int port() {
        return port;
    }

    /** Returns the CPU time of the process since its start. */
    long cpuNanos() throws IOException {
        input.write("\n");
        input.flush();
        return number();
    }

    private long number() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException("The server ended; its error output has the reason");
        }
        return Long.parseLong(line);
    }

    @Override
    public void close() throws IOException {
        input.close();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        output.close();
    }
}
