// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Prometheus as a process of this test, on a free port of the loopback address. It scrapes each second, and evaluates
 * rules as often.
 */
final class RealPrometheus implements AutoCloseable {
    private static final String CONFIG = """
            global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
            rule_files: [ rules.yml ]
            scrape_configs:
              - job_name: shop
                metrics_path: %s
                static_configs: [ { targets: %s } ]
            """;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final Process process;
    private final Path log;
    private final URI api;

    private RealPrometheus(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.api = URI.create("http://127.0.0.1:" + port);
    }

    static boolean isHere() {
        return Stream.of("prometheus", "promtool")
                .allMatch(program -> Stream.of(System.getenv("PATH").split(":", -1))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program))));
    }

    /**
     * Starts it, and returns when it is ready.
     *
     * @param folder an empty folder for the configuration, the data and the log
     * @param path the path of the page with the metrics
     * @param ports the ports of the loopback address to scrape
     */
    static RealPrometheus start(Path folder, String path, List<Integer> ports, String rules)
            throws IOException, InterruptedException {
        List<String> targets =
                ports.stream().map(port -> "\"127.0.0.1:" + port + "\"").toList();
        Files.writeString(folder.resolve("rules.yml"), rules);
        Files.writeString(folder.resolve("prometheus.yml"), CONFIG.formatted(path, targets));
        int port = freePort();
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + folder.resolve("prometheus.yml"),
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--log.level=warn")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        RealPrometheus prometheus = new RealPrometheus(process, log, port);
        try {
            prometheus.awaitReady();
            return prometheus;
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            prometheus.close();
            throw e;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() - end > 0) {
                throw new AssertionError("Prometheus does not start: " + Files.readString(log));
            }
            Thread.sleep(50);
        }
    }

    private boolean isReady() throws InterruptedException {
        try {
            return get("/-/ready").statusCode() == 200;
        } catch (IOException ignored) { // it does not listen yet
            return false;
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(api + path))
                .timeout(Duration.ofSeconds(20))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    /** Returns the values of the query now. Throws if Prometheus does not accept it. */
    List<String> query(String query) throws IOException, InterruptedException {
        HttpResponse<String> answer = get("/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
        if (answer.statusCode() != 200) {
            throw new AssertionError(query + ": " + answer.body());
        }
        return Json.parse(answer.body()).at("data", "result").elements().stream()
                .map(each -> each.at("value").elements().get(1).text())
                .toList();
    }

    /** Returns the alerts that fire. */
    List<Json> firing() throws IOException, InterruptedException {
        return Json.parse(get("/api/v1/alerts").body()).at("data", "alerts").elements().stream()
                .filter(alert -> alert.at("state").text().equals("firing"))
                .toList();
    }

    /** Returns the names of the alerts that fire. */
    Set<String> namesOfFiring() throws IOException, InterruptedException {
        return firing().stream()
                .map(alert -> alert.at("labels", "alertname").text())
                .collect(Collectors.toSet());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
