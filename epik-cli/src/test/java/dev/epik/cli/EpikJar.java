// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.testing.ChildJvm;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs {@code target/epik.jar} in a process of its own, without the settings in this process's environment. */
final class EpikJar {
    record Result(int exit, String out, String err) {}

    private final List<String> options;

    private EpikJar(List<String> options) {
        this.options = options;
    }

    static EpikJar withHeap(String max) {
        return new EpikJar(List.of("-Xmx" + max));
    }

    static Result run(String... arguments) throws IOException, InterruptedException {
        return run(Map.of(), arguments);
    }

    static Result run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        return runWithInput("", environment, arguments);
    }

    static Result runWithInput(String input, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile("epik", ".out");
        try {
            return result(command(ChildJvm.QUICK, arguments), environment, out, input);
        } finally {
            Files.delete(out);
        }
    }

    /** Runs a command. Its standard output goes to a file and is not in the result. */
    Result into(Path out, String... arguments) throws IOException, InterruptedException {
        Result result = result(command(options, arguments), Map.of(), out, "");
        return new Result(result.exit(), "", result.err());
    }

    static Process start(List<String> options, String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command(options, arguments));
        clean(builder);
        return builder.start();
    }

    static Process start(Map<String, String> environment, String... arguments) throws IOException {
        return start(environment, Redirect.DISCARD, arguments);
    }

    static Process start(Map<String, String> environment, Redirect err, String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command(List.of(), arguments)).redirectError(err);
        clean(builder);
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Result result(List<String> command, Map<String, String> environment, Path out, String input)
            throws IOException, InterruptedException {
        Path err = Files.createTempFile("epik", ".err");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
            clean(builder);
            builder.environment().putAll(environment);
            Process process = builder.start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            int exit = process.waitFor();
            return new Result(
                    exit,
                    !Files.isRegularFile(out) || Files.size(out) > (1 << 20) ? "" : Files.readString(out),
                    Files.readString(err, StandardCharsets.UTF_8));
        } finally {
            Files.delete(err);
        }
    }

    private static void clean(ProcessBuilder builder) {
        builder.environment().keySet().removeIf(name -> name.startsWith("EPIK_") || name.startsWith("PINTEREST_"));
    }

    private static List<String> command(List<String> options, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(ChildJvm.JAVA);
        command.addAll(options);
        command.add("-jar");
        command.add(Path.of(System.getProperty("epik.root", ".."), "epik-cli/target/epik.jar")
                .toString());
        command.addAll(List.of(arguments));
        return command;
    }
}
