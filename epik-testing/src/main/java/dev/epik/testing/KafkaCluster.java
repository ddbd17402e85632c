// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Several Kafka brokers as child processes, each of them broker and controller. Started by
 * {@link KafkaBroker#startCluster}. {@link #close()} kills them and deletes their files. Not thread-safe.
 */
public final class KafkaCluster implements AutoCloseable {
    private final Path folder;
    private final List<KafkaBrokerProcess> brokers = new ArrayList<>();

    private KafkaCluster(Path folder) {
        this.folder = folder;
    }

    static KafkaCluster start(int size) throws IOException {
        KafkaCluster cluster = new KafkaCluster(Files.createTempDirectory("epik-kafka"));
        try {
            Map<Integer, Integer> controllers = new TreeMap<>();
            for (int node = 1; node <= size; node++) {
                controllers.put(node, FreePorts.next());
            }
            for (int node : controllers.keySet()) {
                Path directory = cluster.folder.resolve("node" + node);
                cluster.brokers.add(KafkaBrokerProcess.launch(
                        directory,
                        KafkaBrokerProcess.SMALL,
                        () -> KafkaBrokerSettings.of(
                                node, FreePorts.next(), controllers, directory.resolve("data"), Map.of())));
            }
            cluster.awaitAll();
            return cluster;
        } catch (IOException | RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    /** Returns the value of {@code bootstrap.servers}, with all brokers. */
    public String bootstrap() {
        return brokers.stream().map(KafkaBrokerProcess::bootstrap).collect(Collectors.joining(","));
    }

    /** Returns a way to create and read topics. */
    public KafkaTopics topics() {
        return new KafkaTopics(bootstrap());
    }

    /** Returns a broker by its node id. The first is 1. */
    public KafkaBrokerProcess broker(int node) {
        return brokers.get(node - 1);
    }

    /** Starts brokers again after they were killed or stopped. Returns when all brokers are registered. */
    public void restart(int... nodes) throws IOException {
        for (int node : nodes) {
            broker(node).restartWithoutWaiting();
        }
        awaitAll();
    }

    private void awaitAll() {
        brokers.forEach(KafkaBrokerProcess::awaitReady);
        topics().awaitBrokers(brokers.size());
    }

    @Override
    public void close() {
        brokers.forEach(KafkaBrokerProcess::close);
        KafkaLogs.delete(folder);
    }
}
