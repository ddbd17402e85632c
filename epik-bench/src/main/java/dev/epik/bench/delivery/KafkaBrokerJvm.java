// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import dev.epik.testing.KafkaBroker;
import dev.epik.testing.KafkaTopics;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A Kafka broker in a JVM of its own, which ends with the bench. Not thread-safe. */
final class KafkaBrokerJvm implements AutoCloseable {
    private static final String MARK = "BROKER ";

    private final Process process;
    private final String bootstrap;

    private KafkaBrokerJvm(Process process, String bootstrap) {
        this.process = process;
        this.bootstrap = bootstrap;
    }

    /** Starts a broker. Returns when it accepts requests. */
    @SuppressWarnings("resource") // the output of a process that goes on writing
    static KafkaBrokerJvm start(boolean isShort) throws IOException {
        Process process = BenchJvm.start(isShort, KafkaBrokerJvm.class, List.of());
        BufferedReader out = process.inputReader();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(MARK)) {
                return new KafkaBrokerJvm(process, line.substring(MARK.length()));
            }
        }
        process.destroyForcibly();
        throw new IOException("The broker did not start");
    }

    /** Runs the broker until the standard input ends, so that it never is an orphan. */
    public static void main(String[] none) throws Exception {
        // The defaults of a broker. The fixture's are smaller.
        Map<String, String> settings = Map.of("num.network.threads", "3", "num.io.threads", "8");
        try (KafkaBroker broker = KafkaBroker.start(settings)) {
            System.out.println(MARK + broker.bootstrap());
            while (System.in.read() >= 0) {
                // nothing is sent
            }
        }
        System.exit(0);
    }

    String bootstrap() {
        return bootstrap;
    }

    KafkaTopics topics() {
        return new KafkaTopics(bootstrap);
    }

    /** Creates a topic of events, and those that belong to it. */
    void create(String topic, int partitions) {
        for (String name : List.of(topic, topic + "-retry", topic + "-retry-later")) {
            topics().create(name, partitions);
        }
        topics().create(topic + "-dead", 1, Map.of("cleanup.policy", "compact"));
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
