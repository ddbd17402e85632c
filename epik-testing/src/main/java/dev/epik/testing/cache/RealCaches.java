// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing.cache;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One nginx and one varnishd in front of a container, as processes of this test on free ports. All recipes drop the
 * query from the key, as page caches do, and report {@code X-Cache: HIT}.
 */
public final class RealCaches implements AutoCloseable {
    /** A configuration of a cache. */
    public enum Recipe {
        NGINX_AS_IT_COMES(""),

        /** A micro-cache. Without it, nginx stores no response of an application that has sessions. */
        NGINX_MICRO_CACHE("proxy_ignore_headers Set-Cookie;"),

        /** A rule for static files that stores them whatever the application's headers are. */
        NGINX_STATIC_FILES("proxy_ignore_headers Cache-Control Expires Set-Cookie; proxy_cache_valid 200 1h;"),
        VARNISH_AS_IT_COMES(""),

        /** A VCL that delivers cacheable responses before Varnish's own rules for Set-Cookie and Cookie. */
        VARNISH_COMMON("");

        private final String nginx;

        Recipe(String nginx) {
            this.nginx = nginx;
        }

        /** Returns the configurations that obey the application's headers. */
        public static List<Recipe> ofPages() {
            return Stream.of(values())
                    .filter(recipe -> recipe != NGINX_STATIC_FILES)
                    .toList();
        }

        private boolean isNginx() {
            return name().startsWith("NGINX");
        }
    }

    private static final String SERVER = """
            server {
              listen 127.0.0.1:%d;
              location / {
                proxy_pass http://127.0.0.1:%d;
                proxy_http_version 1.1;
                proxy_set_header Host $http_host;
                proxy_set_header Connection "";
                proxy_cache %s;
                proxy_cache_key $host$uri;
                add_header X-Cache $upstream_cache_status always;
                %s
              }
            }
            """;

    private static final String VCL = """
            vcl 4.1;
            backend default { .host = "127.0.0.1"; .port = "%d"; }
            sub vcl_recv {
              set req.http.X-Recipe = local.socket;
              if (local.socket == "common" && req.method == "GET") { return (hash); }
            }
            sub vcl_hash {
              hash_data(regsub(req.url, "\\?.*$", ""));
              hash_data(req.http.host);
              hash_data(req.http.X-Recipe);
              return (lookup);
            }
            sub vcl_backend_response {
              if (bereq.http.X-Recipe == "common") {
                if (beresp.http.Cache-Control ~ "(?i)private|no-cache|no-store") {
                  set beresp.uncacheable = true;
                  return (deliver);
                }
                if (beresp.ttl > 0s) { return (deliver); }
              }
            }
            sub vcl_deliver {
              if (obj.hits > 0) { set resp.http.X-Cache = "HIT"; } else { set resp.http.X-Cache = "MISS"; }
            }
            """;

    private final Path folder;
    private final Map<Recipe, Integer> ports = new EnumMap<>(Recipe.class);
    private final List<Process> processes = new ArrayList<>();

    private RealCaches(Path folder) {
        this.folder = folder;
    }

    static boolean areHere() {
        return program("nginx").isPresent() && program("varnishd").isPresent();
    }

    private static Optional<Path> program(String name) {
        return Stream.concat(Stream.of(System.getenv("PATH").split(":", -1)), Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts the caches in front of a port of this machine. */
    public static RealCaches start(int origin) throws Exception {
        RealCaches caches = new RealCaches(Files.createTempDirectory("epik-caches"));
        try {
            for (Recipe recipe : Recipe.values()) {
                caches.ports.put(recipe, freePort());
            }
            caches.startNginx(origin);
            caches.startVarnish(origin);
            caches.await();
            return caches;
        } catch (IOException | InterruptedException | RuntimeException e) {
            caches.close();
            throw e;
        }
    }

    /** Returns the port of a cache. */
    public int port(Recipe recipe) {
        return Objects.requireNonNull(ports.get(recipe));
    }

    private void startNginx(int origin) throws IOException {
        StringBuilder http = new StringBuilder("""
                client_body_temp_path body;
                proxy_temp_path proxy;
                log_format cache '$upstream_cache_status $uri';
                access_log cache.log cache;
                """);
        for (Recipe recipe : Recipe.values()) {
            if (recipe.isNginx()) {
                http.append("proxy_cache_path " + recipe + " keys_zone=" + recipe + ":1m;\n");
                http.append(SERVER.formatted(port(recipe), origin, recipe, recipe.nginx));
            }
        }
        Path conf = folder.resolve("nginx.conf");
        // One process, because a worker of another user could not write here.
        Files.writeString(conf, "daemon off; master_process off; pid nginx.pid; events {}\nhttp {\n" + http + "}\n");
        run("nginx", "-p", folder.toString(), "-e", "error.log", "-c", conf.toString());
    }

    /** Returns how many requests for a path nginx has answered from its caches. */
    public long nginxHits(String path) throws IOException {
        try (Stream<String> requests = Files.lines(folder.resolve("cache.log"))) {
            return requests.filter(("HIT " + path)::equals).count();
        }
    }

    private void startVarnish(int origin) throws IOException {
        Path vcl = folder.resolve("shop.vcl");
        Files.writeString(vcl, VCL.formatted(origin));
        run(
                "varnishd",
                "-F",
                "-n",
                folder.resolve("varnish").toString(),
                "-j",
                "none",
                "-s",
                "malloc,16m",
                "-f",
                vcl.toString(),
                "-a",
                "plain=127.0.0.1:" + port(Recipe.VARNISH_AS_IT_COMES),
                "-a",
                "common=127.0.0.1:" + port(Recipe.VARNISH_COMMON));
    }

    private void run(String program, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(program(program).orElseThrow().toString()));
        command.addAll(List.of(arguments));
        processes.add(new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(program + ".log").toFile())
                .start());
    }

    /** Waits until every cache accepts connections. Varnish compiles its configuration first. */
    private void await() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        for (int port : ports.values()) {
            while (!isOpen(port)) {
                if (processes.stream().anyMatch(process -> !process.isAlive()) || System.nanoTime() > end) {
                    throw new IllegalStateException("no cache listens: " + Files.readString(folder.resolve("nginx.log"))
                            + Files.readString(folder.resolve("varnishd.log")));
                }
                Thread.sleep(20);
            }
        }
    }

    private static boolean isOpen(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException ignored) {
            return false; // not yet
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        processes.forEach(Process::destroy);
        try {
            for (Process process : processes) {
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                }
            }
            try (Stream<Path> tree = Files.walk(folder)) {
                for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("the caches left something behind in " + folder, e);
        }
    }
}
