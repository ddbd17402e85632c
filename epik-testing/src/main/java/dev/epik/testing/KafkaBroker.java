// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import kafka.server.KafkaRaftServer;

/**
 * A real Kafka broker inside this JVM, on free ports of the loopback address. It is broker and controller in one node,
 * and topics must be created. A module that uses it declares {@code org.apache.kafka:kafka_2.13} with scope test.
 *
 * <p><b>Crashes.</b> A broker inside this JVM cannot crash. {@link #startProcess} and {@link #startCluster} start
 * brokers that a test may kill, freeze and restart.
 *
 * <p><b>Threads.</b> Thread-safe, except {@link #close()}. Several brokers may run at the same time.
 *
 * <p><b>Lifetime.</b> {@link #close()} stops the broker and deletes its files. Close the clients first, or they try to
 * reconnect.
 */
public final class KafkaBroker implements AutoCloseable {
    /** Node ids differ, because they are part of the names of MBeans. */
    private static final AtomicInteger NODES = new AtomicInteger();

    private final Path folder;
    private final KafkaRaftServer server;
    private final String bootstrap;

    private KafkaBroker(Path folder, KafkaRaftServer server, String bootstrap) {
        this.folder = folder;
        this.server = server;
        this.bootstrap = bootstrap;
    }

    /** Starts a broker inside this JVM. Returns when it accepts requests. */
    public static KafkaBroker start() throws Exception {
        return start(Map.of());
    }

    /** Starts a broker inside this JVM with more or other settings of {@code server.properties}. */
    public static KafkaBroker start(Map<String, String> settings) throws Exception {
        return start(settings, all -> {});
    }

    /** Starts a broker inside this JVM after a change of all its settings. */
    static KafkaBroker start(Map<String, String> settings, Consumer<Map<String, String>> change) throws Exception {
        KafkaLogs.quiet();
        KafkaExits.intercept();
        Path folder = Files.createTempDirectory("epik-kafka");
        try {
            int node = NODES.incrementAndGet();
            Map<String, String> all = KafkaBrokerSettings.of(
                    node, FreePorts.next(), Map.of(node, FreePorts.next()), folder.resolve("data"), settings);
            String bootstrap = KafkaBrokerSettings.bootstrap(all);
            change.accept(all);
            KafkaRaftServer server = KafkaBrokerMain.prepare(all);
            KafkaBroker broker = new KafkaBroker(folder, server, bootstrap);
            broker.startUp();
            return broker;
        } catch (Exception e) {
            KafkaLogs.delete(folder);
            throw e;
        }
    }

    private void startUp() {
        try {
            server.startup();
            topics().awaitBrokers(1);
        } catch (RuntimeException | Error e) {
            server.shutdown();
            throw e;
        }
    }

    /**
     * Starts a broker as a child process, with its files in a directory that the caller deletes. Returns when it
     * accepts requests. In a directory that a broker has used before, it has the same port and the same records.
     */
    public static KafkaBrokerProcess startProcess(Path directory) throws IOException {
        return startProcess(directory, Map.of());
    }

    /** Starts a broker as a child process with more or other settings, if the directory has none from before. */
    public static KafkaBrokerProcess startProcess(Path directory, Map<String, String> settings) throws IOException {
        return startProcess(directory, settings, KafkaBrokerProcess.SMALL);
    }

    /** Starts a broker as a child process with these JVM options instead of those of a small and quick process. */
    public static KafkaBrokerProcess startProcess(Path directory, Map<String, String> settings, List<String> jvmOptions)
            throws IOException {
        int node = 1;
        KafkaBrokerProcess process = KafkaBrokerProcess.launch(
                directory,
                jvmOptions,
                () -> KafkaBrokerSettings.of(
                        node, FreePorts.next(), Map.of(node, FreePorts.next()), directory.resolve("data"), settings));
        try {
            process.awaitReady();
            return process;
        } catch (RuntimeException | Error e) {
            process.close();
            throw e;
        }
    }

    /**
     * Starts child processes as one cluster. With three or more, topics have three replicas and
     * {@code min.insync.replicas} is 2.
     */
    public static KafkaCluster startCluster(int brokers) throws IOException {
        return KafkaCluster.start(brokers);
    }

    /** Returns the value of {@code bootstrap.servers}. */
    public String bootstrap() {
        return bootstrap;
    }

    /** Returns a way to create and read topics. */
    public KafkaTopics topics() {
        return new KafkaTopics(bootstrap);
    }

    /** Stops the broker and deletes its files. Throws if a broker of this JVM tried to end the JVM. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
        KafkaLogs.delete(folder);
        List<String> exits = KafkaExits.take();
        if (!exits.isEmpty()) {
            throw new IllegalStateException("a Kafka broker tried to end this JVM: " + exits);
        }
    }
}
