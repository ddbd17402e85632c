// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** Keeps Kafka's log lines out of the output of the tests, and deletes the files of a broker. */
final class KafkaLogs {
    private static final String JUL = "logging.properties";
    private static final String LOGBACK = "logback.xml";

    /** The broker loads the API of Log4j, which would report that there is no implementation. */
    private static final String LOG4J_STATUS = "log4j2.statusLoggerLevel";

    /** The server warns at each start and stop: of an empty metadata log, and of clients that it closes twice. */
    private static final Map<String, Level> LEVELS = Map.of(
            "kafka", Level.WARNING,
            "state.change.logger", Level.OFF,
            "org.apache.kafka", Level.WARNING,
            "org.apache.kafka.controller", Level.SEVERE,
            "org.apache.kafka.clients.NetworkClient", Level.SEVERE);

    /** Referred to, because java.util.logging forgets the levels of loggers without references. */
    private static final List<Logger> LOGGERS =
            LEVELS.keySet().stream().map(Logger::getLogger).toList();

    private KafkaLogs() {}

    /** Sets the levels of java.util.logging that the test has not set for Kafka's clients and server. */
    static void quiet() {
        if (System.getProperty(LOG4J_STATUS) == null) {
            System.setProperty(LOG4J_STATUS, "OFF");
        }
        LOGGERS.stream()
                .filter(logger -> logger.getLevel() == null)
                .forEach(logger -> logger.setLevel(LEVELS.get(logger.getName())));
    }

    /** Writes configurations of java.util.logging and Logback for a process, which has one of them or none. */
    static void writeConfigurations(Path directory) throws IOException {
        Files.writeString(directory.resolve(JUL), """
            handlers=java.util.logging.ConsoleHandler
            .level=WARNING
            """);
        Files.writeString(directory.resolve(LOGBACK), """
            <configuration>
              <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%d %-5level %logger %msg%n</pattern></encoder>
              </appender>
              <root level="WARN"><appender-ref ref="out"/></root>
            </configuration>
            """);
    }

    static List<String> options(Path directory) {
        Path absolute = directory.toAbsolutePath();
        return List.of(
                "-D" + LOG4J_STATUS + "=OFF",
                "-Djava.util.logging.config.file=" + absolute.resolve(JUL),
                "-Dlogback.configurationFile=" + absolute.resolve(LOGBACK));
    }

    /** Deletes a directory with its content. */
    static void delete(Path directory) {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException ignored) {
            // deleted before
        } catch (IOException e) {
            throw new IllegalStateException("the broker left something behind in " + directory, e);
        }
    }
}
