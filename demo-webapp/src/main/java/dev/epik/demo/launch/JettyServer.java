// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** Serves one WAR on the port that {@code PORT} names, 8080 by default, until the process ends. */
public final class JettyServer {
    private JettyServer() {}

    /** Runs the server. The directory is deleted when the process ends. */
    public static void run(Path war, Path directory) throws Exception {
        Server server = new Server();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, directory), "epik-demo-stop"));
        ServerConnector connector = new ServerConnector(server);
        connector.setPort(port());
        server.addConnector(connector);
        WebAppContext shop = new WebAppContext(war.toString(), "/");
        shop.setTempDirectory(Files.createDirectory(directory.resolve("work")).toFile());
        shop.setThrowUnavailableOnStartupException(true);
        server.setHandler(shop);
        try {
            server.start();
        } catch (Exception e) {
            System.err.println("The demo did not start: " + e.getMessage()
                    + "\nIf the port is in use, choose another one: PORT=8081 java -jar ...");
            System.exit(1);
        }
        int port = connector.getLocalPort();
        System.out.println("The shop:      http://localhost:" + port + "/?epik=dj0yJnU9ZGVtbw");
        System.out.println("The inspector: http://localhost:" + port + "/inspector");
    }

    private static int port() {
        String port = System.getenv("PORT");
        if (port == null || port.isBlank()) {
            return 8080;
        }
        if (!port.strip().matches("\\d{1,5}") || Integer.parseInt(port.strip()) > 65_535) {
            System.err.println("PORT is invalid: \"" + port + "\"; it must be a number from 0 to 65535");
            System.exit(2);
        }
        return Integer.parseInt(port.strip());
    }

    private static void stop(Server server, Path directory) {
        try {
            server.stop();
        } catch (Exception e) {
            System.err.println("The demo did not stop cleanly: " + e.getClass().getName());
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("Could not delete " + directory);
        }
    }
}
