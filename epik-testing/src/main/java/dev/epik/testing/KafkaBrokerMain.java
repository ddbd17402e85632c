// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** The main class of a broker's process. The process ends when its standard input ends, so it never is an orphan. */
final class KafkaBrokerMain {
    /** The same for all nodes of a cluster. */
    private static final String CLUSTER = "ZXBpay10ZXN0cy1rYWZrYQ";

    private KafkaBrokerMain() {}

    /** Formats the data directory if it is new. Returns a server that has not started. */
    static KafkaRaftServer prepare(Map<?, ?> settings) throws Exception {
        KafkaConfig config = new KafkaConfig(settings, false);
        String data = String.valueOf(settings.get("log.dirs"));
        Files.createDirectories(Path.of(data));
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8))
                .setNodeId(config.nodeId())
                .setClusterId(CLUSTER)
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(data)
                .addDirectory(data)
                .setIgnoreFormatted(true)
                .run();
        return new KafkaRaftServer(config, Time.SYSTEM);
    }

    /** Runs a broker. The argument is the file of its settings. */
    public static void main(String[] arguments) throws Exception {
        Thread guard = new Thread(KafkaBrokerMain::haltAtTheEndOfInput, "guard");
        guard.setDaemon(true);
        guard.start();
        Properties settings = new Properties();
        try (Reader file = Files.newBufferedReader(Path.of(arguments[0]))) {
            settings.load(file);
        }
        KafkaRaftServer server = prepare(settings);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "stop"));
        server.startup();
        server.awaitShutdown();
    }

    private static void haltAtTheEndOfInput() {
        try {
            while (System.in.read() >= 0) {
                // nothing is sent
            }
        } catch (IOException ignored) {
            // the same as the end
        }
        Runtime.getRuntime().halt(1);
    }
}
