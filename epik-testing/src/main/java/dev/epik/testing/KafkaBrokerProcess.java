// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka broker as a child process, which a test may kill, freeze and restart. Its port and its records stay the same.
 *
 * <p><b>In a crash.</b> The broker ends when the JVM of the test ends, even if that is killed or the broker is frozen.
 * After {@link #kill()}, what the broker acknowledged is there again after {@link #restart()}: it is in the page cache.
 *
 * <p><b>Threads.</b> {@link #bootstrap()} and {@link #topics()} are thread-safe, the rest is not.
 */
public final class KafkaBrokerProcess implements AutoCloseable {
    private static final int MAX_SECONDS_TO_END = 60;

    /** A quick start, and a small heap. A broker has about 150 MB more outside of it. */
    static final List<String> SMALL =
            Stream.concat(ChildJvm.QUICK.stream(), Stream.of("-Xmx256m")).toList();

    private final Path directory;
    private final List<String> jvmOptions;
    private final String bootstrap;
    private Process process;
    private @Nullable Process freezer;

    private KafkaBrokerProcess(Path directory, List<String> jvmOptions, String bootstrap) throws IOException {
        this.directory = directory;
        this.jvmOptions = List.copyOf(jvmOptions);
        this.bootstrap = bootstrap;
        this.process = run();
    }

    /** Starts a process. Does not wait. Uses the supplied settings if the directory has none. */
    static KafkaBrokerProcess launch(Path directory, List<String> jvmOptions, Supplier<Map<String, String>> settings)
            throws IOException {
        KafkaLogs.quiet();
        Files.createDirectories(directory);
        Path file = settingsFile(directory);
        Map<String, String> all = Files.exists(file) ? read(file) : settings.get();
        write(file, all);
        KafkaLogs.writeConfigurations(directory);
        return new KafkaBrokerProcess(directory, jvmOptions, KafkaBrokerSettings.bootstrap(all));
    }

    private Process run() throws IOException {
        List<String> options = new ArrayList<>(jvmOptions);
        options.addAll(KafkaLogs.options(directory));
        return ChildJvm.prepare(
                        options,
                        KafkaBrokerMain.class,
                        settingsFile(directory).toAbsolutePath().toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(directory).toFile()))
                .start();
    }

    private static Path settingsFile(Path directory) {
        return directory.resolve("server.properties");
    }

    private static Path log(Path directory) {
        return directory.resolve("broker.log");
    }

    private static Map<String, String> read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        Map<String, String> settings = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
        return settings;
    }

    private static void write(Path file, Map<String, String> settings) throws IOException {
        Properties properties = new Properties();
        properties.putAll(settings);
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        }
    }

    /** Returns the value of {@code bootstrap.servers}. */
    public String bootstrap() {
        return bootstrap;
    }

    /** Returns a way to create and read topics. */
    public KafkaTopics topics() {
        return new KafkaTopics(bootstrap);
    }

    /** Returns the process id of the present process. */
    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Returns the warnings and errors that the broker has logged. */
    public String log() throws IOException {
        return Files.readString(log(directory));
    }

    /** Kills the broker as the kernel does when memory runs out: connections are reset, nothing is flushed. */
    public void kill() throws IOException, InterruptedException {
        if (process.isAlive()) {
            ChildJvm.kill(process);
        }
        awaitEnd();
    }

    /** Stops the broker in an orderly way, as an administrator does. */
    public void stop() throws InterruptedException {
        process.destroy();
        awaitEnd();
    }

    private void awaitEnd() throws InterruptedException {
        if (!process.waitFor(MAX_SECONDS_TO_END, TimeUnit.SECONDS)) {
            throw new AssertionError("the broker does not end");
        }
        endFreezer();
    }

    /** Starts the broker again after it was killed or stopped. Returns when it accepts requests. */
    public void restart() throws IOException {
        restartWithoutWaiting();
        awaitReady();
    }

    /** Starts the broker again. Does not wait. */
    void restartWithoutWaiting() throws IOException {
        if (process.isAlive()) {
            throw new IllegalStateException("the broker runs: kill or stop it first");
        }
        process = run();
    }

    /** Waits until the broker accepts requests. */
    void awaitReady() {
        awaitPort(); // or clients would log refused connections
        topics().awaitBrokers(1);
    }

    private void awaitPort() {
        int colon = bootstrap.indexOf(':');
        InetSocketAddress address =
                new InetSocketAddress(bootstrap.substring(0, colon), Integer.parseInt(bootstrap.substring(colon + 1)));
        Await.until(() -> {
            if (!process.isAlive()) {
                throw new AssertionError("the broker ended at its start: " + log());
            }
            return isOpen(address);
        });
    }

    private static boolean isOpen(InetSocketAddress address) {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            return socket.isConnected();
        } catch (IOException ignored) {
            return false; // not yet
        }
    }

    /**
     * Stops the broker's process by SIGSTOP: connections stay open and are silent. A helper process continues it when
     * the JVM of the test ends, and it then ends too.
     */
    public void freeze() throws IOException {
        if (freezer != null) {
            throw new IllegalStateException("the broker is frozen: unfreeze it first");
        }
        String script = "kill -STOP $0 && echo frozen && cat && kill -CONT $0";
        Process helper = new ProcessBuilder("sh", "-c", script, Long.toString(pid())).start();
        freezer = helper;
        if (helper.inputReader().readLine() == null) {
            throw new IllegalStateException("the broker could not be frozen; is it alive? " + isAlive());
        }
    }

    /** Lets a frozen broker continue. */
    public void unfreeze() throws InterruptedException {
        endFreezer();
    }

    private void endFreezer() throws InterruptedException {
        Process helper = freezer;
        freezer = null;
        if (helper != null) {
            try {
                helper.getOutputStream().close();
            } catch (IOException ignored) {
                // it has ended
            }
            helper.waitFor();
        }
    }

    /** Kills the broker. Its directory stays. */
    @Override
    public void close() {
        try {
            kill();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("the broker with process id " + pid() + " could not be killed", e);
        }
    }
}
