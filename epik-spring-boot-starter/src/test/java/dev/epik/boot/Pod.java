// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.testing.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A {@link ShopProgram} in a process of its own. {@link #close()} kills it. Thread-safe. */
final class Pod implements AutoCloseable {
    private static final int MAX_SECONDS_TO_START = 90;
    private static final int MAX_SECONDS_TO_END = 60;
    private static final String PORT = "PORT ";

    private final Process process;
    private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final Thread reader = new Thread(this::read, "log of a pod");

    private Pod(Process process) {
        this.process = process;
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts a shop with these classes. It has a free port, and mode and ad account are set. */
    static Pod start(String classPath, String database, URI api, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(ChildJvm.JAVA, "-Xmx256m", "-cp", classPath));
        command.addAll(ChildJvm.QUICK);
        command.addAll(List.of(
                ShopProgram.class.getName(),
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--spring.main.banner-mode=off",
                "--spring.datasource.url=" + database,
                "--spring.datasource.hikari.maximum-pool-size=8",
                "--epik.mode=live",
                "--epik.ad-account-id=549755885175",
                "--epik.api=" + api));
        command.addAll(List.of(arguments));
        return new Pod(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    private void read() {
        try (BufferedReader out = process.inputReader()) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                log.add(line);
                if (line.startsWith(PORT)) {
                    port.complete(Integer.valueOf(line.substring(PORT.length())));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            port.completeExceptionally(new AssertionError("the shop did not start: " + log));
        }
    }

    /** Waits until the shop answers requests. If it does not start, its process is killed. */
    Pod awaitReady() throws Exception {
        try {
            port.get(MAX_SECONDS_TO_START, TimeUnit.SECONDS);
            return this;
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    /** Returns an address of the shop, which is ready. */
    URI at(String pathAndQuery) {
        return URI.create("http://127.0.0.1:" + port.join() + pathAndQuery);
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.toHandle().destroy(); // Process.destroy would close the pipe of the log too
    }

    /** Ends it as a lack of memory does, by SIGKILL. */
    void kill() throws Exception {
        ChildJvm.kill(process);
        awaitEnd();
    }

    /** Stops all its threads until {@link #thaw()}, as a suspended machine does. */
    void freeze() throws Exception {
        signal("-STOP");
    }

    void thaw() throws Exception {
        signal("-CONT");
    }

    private void signal(String signal) throws Exception {
        new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    }

    /** Waits for the end of the process and of its log. */
    void awaitEnd() throws InterruptedException {
        if (!process.waitFor(MAX_SECONDS_TO_END, TimeUnit.SECONDS)) {
            throw new AssertionError("the shop does not end: " + log);
        }
        reader.join(TimeUnit.SECONDS.toMillis(MAX_SECONDS_TO_END));
    }

    List<String> log() {
        return List.copyOf(log);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
