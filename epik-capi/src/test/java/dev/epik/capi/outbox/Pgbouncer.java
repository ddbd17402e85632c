// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * One PgBouncer in transaction mode in front of the server of {@link Postgres}. It ends with the JVM. Each transaction
 * gets another of its four connections to the server, so a statement that needs the state of a session fails.
 *
 * <p>A shop needs {@code prepareThreshold=0} in the URL of PostgreSQL's driver, {@code ignore_startup_parameters =
 * extra_float_digits} in PgBouncer's settings, and connections at READ COMMITTED, which is the default: the driver sets
 * another level for the session.
 */
final class Pgbouncer {
    private static @Nullable String url;

    private Pgbouncer() {}

    /** Starts it, or skips the test if the program is missing. */
    static synchronized void start() throws Exception {
        Optional<Path> program = Stream.of("/usr/sbin", "/usr/bin", "/usr/local/bin")
                .map(directory -> Path.of(directory, "pgbouncer"))
                .filter(Files::isExecutable)
                .findFirst();
        if (program.isEmpty()) {
            System.out.println("EPIK: no pgbouncer here, the outbox is not tested behind it");
        }
        Assumptions.assumeTrue(program.isPresent(), "EPIK: no pgbouncer here");
        if (url == null) {
            Postgres.start();
            int port = start(program.get());
            url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres&prepareThreshold=0";
        }
    }

    private static int start(Path program) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        int server = URI.create(Postgres.url().substring("jdbc:".length())).getPort();
        Path settings = Files.createTempFile("epik-pgbouncer", ".ini");
        Files.writeString(settings, """
                [databases]
                postgres = host=127.0.0.1 port=%d dbname=postgres user=postgres
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = any
                pool_mode = transaction
                default_pool_size = 4
                server_round_robin = 1
                ignore_startup_parameters = extra_float_digits
                """.formatted(server, port));
        List<String> command = new ArrayList<>(List.of(program.toString()));
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("-u", "nobody"));
        }
        command.add(settings.toString());
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        settings.toFile().deleteOnExit();
        awaitPort(process, port);
        return port;
    }

    private static void awaitPort(Process process, int port) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try (Socket connected = new Socket(InetAddress.getLoopbackAddress(), port)) {
                connected.shutdownOutput();
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw new IllegalStateException("pgbouncer does not listen", e);
                }
                Thread.sleep(20);
            }
        }
    }

    static synchronized String url() {
        if (url == null) {
            throw new IllegalStateException("start it first");
        }
        return url;
    }
}
