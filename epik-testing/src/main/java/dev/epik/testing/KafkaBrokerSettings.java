// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The {@code server.properties} of a broker for tests: small, on loopback, and quick to notice a failure. */
final class KafkaBrokerSettings {
    private static final String ADVERTISED = "advertised.listeners";
    private static final String SCHEME = "BROKER://";
    private static final String HOST = "127.0.0.1:";
    private static final int MAX_REPLICAS = 3;

    private KafkaBrokerSettings() {}

    /** Returns the settings of a node. The controllers are the ports of all nodes by node id. */
    static Map<String, String> of(
            int node, int port, Map<Integer, Integer> controllers, Path data, Map<String, String> others) {
        int replicas = Math.min(controllers.size(), MAX_REPLICAS);
        int inSync = replicas == MAX_REPLICAS ? 2 : 1;
        Map<String, String> all = new HashMap<>();
        addAddresses(all, node, port, controllers);
        addReplication(all, replicas, inSync);
        addSizes(all);
        all.put("log.dirs", data.toAbsolutePath().toString());
        all.put("auto.create.topics.enable", "false");
        all.put("group.initial.rebalance.delay.ms", "0");
        all.putAll(others);
        return all;
    }

    private static void addAddresses(Map<String, String> all, int node, int port, Map<Integer, Integer> controllers) {
        all.put("process.roles", "broker,controller");
        all.put("node.id", Integer.toString(node));
        all.put(
                "controller.quorum.voters",
                new TreeMap<>(controllers)
                        .entrySet().stream()
                                .map(entry -> entry.getKey() + "@" + HOST + entry.getValue())
                                .collect(Collectors.joining(",")));
        all.put("listeners", SCHEME + HOST + port + ",CONTROLLER://" + HOST + controllers.get(node));
        all.put(ADVERTISED, SCHEME + HOST + port);
        all.put("inter.broker.listener.name", "BROKER");
        all.put("controller.listener.names", "CONTROLLER");
        all.put("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
    }

    private static void addReplication(Map<String, String> all, int replicas, int inSync) {
        String factor = Integer.toString(replicas);
        String min = Integer.toString(inSync);
        all.put("default.replication.factor", factor);
        all.put("min.insync.replicas", min);
        all.put("offsets.topic.replication.factor", factor);
        all.put("transaction.state.log.replication.factor", factor);
        all.put("transaction.state.log.min.isr", min);
        all.put("share.coordinator.state.topic.replication.factor", factor);
        all.put("share.coordinator.state.topic.min.isr", min);
        all.put("broker.heartbeat.interval.ms", "500");
        all.put("broker.session.timeout.ms", "3000");
        all.put("replica.lag.time.max.ms", "3000");
        all.put("controller.quorum.election.timeout.ms", "500");
        all.put("controller.quorum.fetch.timeout.ms", "1000");
    }

    private static void addSizes(Map<String, String> all) {
        all.put("offsets.topic.num.partitions", "1");
        all.put("transaction.state.log.num.partitions", "1");
        all.put("share.coordinator.state.topic.num.partitions", "1");
        all.put("group.coordinator.threads", "1");
        all.put("num.network.threads", "1");
        all.put("num.io.threads", "2");
        all.put("background.threads", "2");
        all.put("num.recovery.threads.per.data.dir", "1");
        all.put("log.cleaner.dedupe.buffer.size", "2097152");
        all.put("log.index.size.max.bytes", "1048576");
    }

    /** Returns the value of {@code bootstrap.servers} for a node with these settings. */
    static String bootstrap(Map<String, String> settings) {
        return Objects.requireNonNull(settings.get(ADVERTISED)).substring(SCHEME.length());
    }
}
