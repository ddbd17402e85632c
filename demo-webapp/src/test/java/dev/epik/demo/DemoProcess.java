// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.epik.testing.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code java -jar demo-webapp.war} on a free port, with its own home directory, outbox and temporary files. Records
 * the output. {@link #close()} stops the process and deletes its files.
 */
final class DemoProcess implements AutoCloseable {
    private static final long START_SECONDS = 60;
    private static final long ANSWER_MILLIS = 20_000;

    private final Process process;
    private final Path directory;
    private final Path temp;
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final CompletableFuture<URI> address = new CompletableFuture<>();

    /** @param environment names and values in turn */
    DemoProcess(String... environment) throws Exception {
        directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "demo-");
        temp = Files.createDirectory(directory.resolve("temp"));
        String ownTemp = "-Djava.io.tmpdir=" + temp;
        String ownHome = "-Duser.home=" + Files.createDirectory(home());
        ProcessBuilder builder =
                new ProcessBuilder(ChildJvm.JAVA, ownTemp, ownHome, "-jar", System.getProperty("demo.war", ""));
        builder.redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("EPIK_") || name.startsWith("PINTEREST_"));
        builder.environment().put("PORT", "0");
        builder.environment().put("EPIK_OUTBOX", directory.resolve("outbox.db").toString());
        for (int i = 0; i < environment.length; i += 2) {
            builder.environment().put(environment[i], environment[i + 1]);
        }
        process = builder.start();
        Thread listener = new Thread(this::listen, "demo-output");
        listener.setDaemon(true);
        listener.start();
        address.get(START_SECONDS, TimeUnit.SECONDS);
    }

    private void listen() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.add(line);
                if (line.startsWith("The inspector: ")) {
                    address.complete(URI.create(line.substring("The inspector: ".length())));
                }
            }
        } catch (IOException ignored) {
            // close() ends the process while this thread reads its output
        } finally {
            address.completeExceptionally(new IllegalStateException("The demo ended:\n" + output()));
        }
    }

    /** Returns what the process has printed so far. */
    String output() {
        return String.join("\n", output);
    }

    /** Returns the directory for the temporary files of this process only. */
    Path temp() {
        return temp;
    }

    Path home() {
        return directory.resolve("home");
    }

    int port() {
        return address.join().getPort();
    }

    String uri() {
        return "http://localhost:" + port();
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri() + path));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    HttpResponse<String> post(String path, Map<String, String> form, String... headers) throws Exception {
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri() + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    /** Sets the state of the simulated Pinterest: healthy, slow, 429, 500, down or rejects. */
    void setPinterest(String state) throws Exception {
        HttpResponse<String> answer = post("/inspector/pinterest", Map.of("state", state));
        if (answer.statusCode() != 303) {
            throw new AssertionError(answer.statusCode() + ": " + answer.body());
        }
    }

    /** Sends a hit of the browser tag's stand-in, as {@code assets/tag.js} does. */
    HttpResponse<String> sendTagHit(JsonNode pintrk, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(uri() + "/tag/" + pintrk.path(1).asText()))
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(pintrk.path(2).toString()));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(
                request.header("User-Agent", "Mozilla/5.0 (test)")
                        .header("Accept", "text/html,*/*;q=0.8")
                        .build(),
                BodyHandlers.ofString());
    }

    /** Returns the events that Pinterest received, oldest first. */
    JsonNode events() throws Exception {
        return new ObjectMapper().readTree(get("/inspector/events.json").body());
    }

    /** Requests the inspector's state until the condition holds, for at most 20 s. Returns the state. */
    JsonNode awaitState(Predicate<JsonNode> condition) throws Exception {
        long deadline = System.nanoTime() + ANSWER_MILLIS * 1_000_000;
        JsonNode state;
        do {
            state = new ObjectMapper().readTree(get("/inspector/state.json").body());
            if (condition.test(state)) {
                return state;
            }
        } while (System.nanoTime() < deadline);
        throw new AssertionError("The condition does not hold for " + state.toPrettyString());
    }

    /** Waits until the newest event of the inspector is settled, and returns it. */
    JsonNode awaitNewestSettled() throws Exception {
        return awaitState(state -> !state.at("/events/0").isMissingNode()
                        && !state.at("/events/0/status/title").asText().contains("not sent yet"))
                .at("/events/0");
    }

    static List<String> setCookies(HttpResponse<?> response) {
        return response.headers().allValues("Set-Cookie");
    }

    /** Ends the process abruptly, as a crash does. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            throw new AssertionError("The demo did not end after kill -9");
        }
    }

    /** Stops the process in an orderly way, as an operator does. */
    void stop() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("The demo did not stop:\n" + output());
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
