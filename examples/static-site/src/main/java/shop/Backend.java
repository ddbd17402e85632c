// SPDX-License-Identifier: Apache-2.0
package shop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.SubmitResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Customer;
import dev.epik.capi.outbox.SqliteOutbox;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The backend of a static site: takes orders at {@code /api/order}. It also serves the static files, which a real site
 * has on a static host under the same address. {@link #close()} stops it.
 */
public final class Backend implements AutoCloseable {
    private final EpikClient epik;
    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    private final HttpServer server;

    /** Starts on a port of this machine; 0 takes a free one. */
    Backend(int port, URI pinterest, Path outbox) throws IOException {
        AdAccount account = AdAccount.of("549755885175", "fake-token"); // those of the fake Pinterest
        epik = EpikClient.builder(Mode.LIVE, account, SqliteOutbox.open(outbox))
                .baseUrl(pinterest) // leave it out for Pinterest
                .open();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/api/order", this::order);
        server.createContext("/epik.min.js", request -> file(request, "/META-INF/resources/epik.min.js"));
        server.createContext("/banner.js", request -> file(request, "/site/banner.js"));
        server.createContext("/", request -> file(request, "/site/index.html"));
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void order(HttpExchange request) throws IOException {
        String form = new String(request.getRequestBody().readNBytes(10_000), StandardCharsets.UTF_8);
        String email = URLDecoder.decode(form.replaceFirst("^email=", ""), StandardCharsets.UTF_8);
        // tag::static-order[]
        String number = UUID.randomUUID().toString(); // that of the stored order, in a real shop
        SubmitResult result = epik.submit(() -> ConversionEvent.checkout(number)
                .value(new BigDecimal("59.90"), "EUR")
                .visit(BrowserVisit.of(request))
                .customer(Customer.builder().email(email))); // hashed right here
        // end::static-order[]
        send(request, 200, "text/plain", "Order " + number + ", Pinterest: " + result);
    }

    private static void file(HttpExchange request, String resource) throws IOException {
        try (InputStream file = Backend.class.getResourceAsStream(resource)) {
            String text = file == null ? "" : new String(file.readAllBytes(), StandardCharsets.UTF_8);
            send(request, file == null ? 404 : 200, resource.endsWith(".js") ? "text/javascript" : "text/html", text);
        }
    }

    private static void send(HttpExchange request, int status, String type, String text) throws IOException {
        try (request) {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            request.getResponseHeaders().set("Content-Type", type + "; charset=UTF-8");
            request.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            request.getResponseBody().write(body);
        }
    }

    /** Stops the server first: no request submits to a closed client. */
    @Override
    public void close() {
        server.stop(1);
        threads.shutdown();
        epik.close();
    }

    public static void main(String... arguments) throws IOException {
        Backend shop = new Backend(8080, URI.create("http://127.0.0.1:8089"), Path.of("epik.db"));
        Runtime.getRuntime().addShutdownHook(new Thread(shop::close));
        System.out.println("http://localhost:" + shop.port() + "/?epik=dj0yJnU9ZGVtbw");
    }
}
