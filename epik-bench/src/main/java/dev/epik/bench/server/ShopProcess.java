// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A {@link Shop} in a JVM of its own, as fresh as the next way's. */
final class ShopProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader said;
    private final Writer asked;
    private final int port;

    ShopProcess(Way way) throws IOException {
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
        said = process.inputReader(StandardCharsets.US_ASCII);
        asked = process.outputWriter(StandardCharsets.US_ASCII);
        port = (int) number();
    }

    int port() {
        return port;
    }

    /** That the process has used since it began. */
    long cpuNanos() throws IOException {
        asked.write("\n");
        asked.flush();
        return number();
    }

    private long number() throws IOException {
        String line = said.readLine();
        if (line == null) {
            throw new IOException("The server ended; its error output says why");
        }
        return Long.parseLong(line);
    }

    @Override
    public void close() throws IOException {
        asked.close();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stopped) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        said.close();
    }
}
