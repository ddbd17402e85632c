// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A new JVM, whose output a test reads line by line, and which it may kill. {@link #close()} ends it. */
public final class ChildJvm implements AutoCloseable {
    /** Options of a process that lives for seconds. */
    public static final List<String> QUICK = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    /** The {@code java} of this process. */
    public static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private static final int MAX_SECONDS_TO_END = 60;

    private final Process process;
    private final BufferedReader output;

    private ChildJvm(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Returns the class path of the tests. */
    public static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", ""));
    }

    /** Prepares a process that runs a main class with the class path of the tests. Its errors go to this process's. */
    public static ProcessBuilder prepare(List<String> options, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(JAVA, "-cp", classPath()));
        command.addAll(options);
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    /** Starts a prepared process. */
    public static ChildJvm start(ProcessBuilder prepared) throws IOException {
        return new ChildJvm(prepared.start());
    }

    /** Runs a main class to its end, with {@link #QUICK}. Returns what it printed, without the last line break. */
    public static String run(Class<?> main, String... arguments) throws IOException {
        Process process = prepare(QUICK, main, arguments).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    public Process process() {
        return process;
    }

    /** Returns the next line; null after the process has ended. */
    public @Nullable String readLine() throws IOException {
        return output.readLine();
    }

    /** Reads lines up to one that starts so, and returns that one. */
    public String awaitLine(String start) throws IOException {
        return awaitLine(start, line -> {});
    }

    /** Reads lines up to one that starts so, and returns that one. Each line before it goes to the consumer. */
    public String awaitLine(String start, Consumer<String> consumer) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (String line = readLine(); line != null; line = readLine()) {
            if (line.startsWith(start)) {
                return line;
            }
            consumer.accept(line);
            lines.append(line).append('\n');
        }
        throw new AssertionError("the process ended without \"" + start + "\". Its output:\n" + lines);
    }

    /** Passes each line to the consumer until the process ends. */
    public void forEachLine(Consumer<String> consumer) throws IOException {
        for (String line = readLine(); line != null; line = readLine()) {
            consumer.accept(line);
        }
    }

    /** Sends a character to its standard input. */
    public void send(char character) throws IOException {
        process.getOutputStream().write(character);
        process.getOutputStream().flush();
    }

    /** Kills it as the kernel does when memory runs out: no shutdown hook, no flush. Its output can still be read. */
    public void kill() throws IOException, InterruptedException {
        kill(process);
        awaitEnd();
    }

    /** Kills a process as the kernel does. */
    public static void kill(Process process) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-9", Long.toString(process.pid())).start().waitFor();
    }

    /** Stops it by SIGSTOP: its connections stay open and are silent. {@link #close()} ends it all the same. */
    public void freeze() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** Lets it continue after {@link #freeze()}. */
    public void unfreeze() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    }

    public void awaitEnd() throws InterruptedException {
        if (!process.waitFor(MAX_SECONDS_TO_END, TimeUnit.SECONDS)) {
            throw new AssertionError("the process does not end");
        }
    }

    /** Kills the process and its children. Returns when it has ended. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().join();
    }
}
