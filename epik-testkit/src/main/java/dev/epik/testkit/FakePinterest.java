// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Pinterest's Conversions API on a loopback port, for tests and demonstrations.
 *
 * <pre>{@code
 * try (FakePinterest pinterest = FakePinterest.builder("549755885175", "a-token").start()) {
 *     shop.reportTo(pinterest.uri());
 *     shop.buy();
 *     ReceivedEvent sale = pinterest.awaitEvents(1, Duration.ofSeconds(10)).get(0);
 *     assertTrue(sale.processed(), sale.error());
 * }
 * }</pre>
 *
 * <p>{@code POST /v5/ad_accounts/{id}/events} is judged as the published API does: the token (401), the ad account
 * (403), every key, JSON type and required field (400), then each event's values ({@code failed} under a 200). Events
 * are deduplicated by name and id within 48 hours, with the browser tag's hits, which {@code /v3/} takes. With {@code
 * ?test=true} events are judged and not counted. With {@link Builder#oauth} it gives out tokens as well, see {@link
 * TokenDesk}.
 *
 * <p>Safe for many threads. Its threads are daemons; {@link #close()} ends them and frees the port. Keeps the last
 * 10,000 events. An address with the port 0 takes a free one.
 */
public final class FakePinterest implements AutoCloseable {
    /** By the browser tag's own spelling. */
    private static final Map<String, String> TAG_NAMES =
            EventJudge.NAMES.stream().collect(Collectors.toMap(name -> name.replace("_", ""), name -> name));

    private final String account;
    private final String token;
    private final Clock clock;
    private final @Nullable TokenDesk desk;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(FakePinterest::daemon);
    private final Reception reception = new Reception();
    private final Queue<Answer> scripted = new ConcurrentLinkedQueue<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final Slowness slowness = new Slowness();
    private volatile @Nullable Answer always;
    private volatile Consumer<String> onRequest = body -> {};
    private volatile Consumer<ReceivedEvent> onEvent = event -> {};
    private volatile Consumer<Answer> onAnswer = answer -> {};

    private FakePinterest(Builder options) throws IOException {
        this.account = options.account;
        this.token = options.token;
        this.clock = options.clock;
        this.desk = options.clientId == null || options.clientSecret == null
                ? null
                : new TokenDesk(options.clientId, options.clientSecret, clock);
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), options.port), 0);
        server.setExecutor(threads);
        server.createContext("/v5/ad_accounts/", this::handleEvents);
        server.createContext("/v5/oauth/token", this::handleToken);
        server.createContext("/v3/", this::handleTag);
        server.start();
    }

    /** The only ad account there is, and the only token that opens it. */
    public static Builder builder(String adAccountId, String accessToken) {
        return new Builder(adAccountId, accessToken);
    }

    /**
     * Runs a FakePinterest until the process is stopped, and prints each event that it receives.
     *
     * @param arguments the port (default 8089; 0: a free one), the ad account, the access token; all optional
     */
    public static void main(String... arguments) throws IOException, InterruptedException {
        FakePinterestProgram.run(arguments);
    }

    /** The API's root, without {@code /v5}. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Where tokens are given out; throws without {@link Builder#oauth}. */
    public TokenDesk tokens() {
        if (desk == null) {
            throw new IllegalStateException("This FakePinterest gives out no tokens: build it with oauth(id, secret)");
        }
        return desk;
    }

    /** Events of requests that were well-formed, oldest first. */
    public List<ReceivedEvent> received() {
        return reception.events();
    }

    /** What the browser tag told, oldest first. */
    public List<TagHit> tagHits() {
        return reception.hits();
    }

    public Tally tally(String eventName, String eventId) {
        return reception.tally(eventName, eventId);
    }

    /** How many requests came to the events endpoint, refused ones included. */
    public int requests() {
        return requests.get();
    }

    /**
     * Waits until so many events were received since the start or {@link #clear()}.
     *
     * @throws AssertionError at the timeout, with what did come
     */
    public List<ReceivedEvent> awaitEvents(int count, Duration timeout) throws InterruptedException {
        return reception.await(count, timeout);
    }

    /** Gives these answers to the next requests, one each, instead of judging. */
    public void next(Answer... answers) {
        scripted.addAll(List.of(answers));
    }

    /** Gives this answer to every request, until {@link #heal()}. */
    public void always(Answer answer) {
        this.always = answer;
    }

    /** Judges and answers as ever, but so much later, until {@link #heal()}, which also lets go what waits by then. */
    public void slow(Duration later) {
        slowness.set(later);
    }

    /** Answers {@code failed} with this message to every event, until {@link #heal()}. */
    public void failAll(String message) {
        failEvents(id -> true, message);
    }

    /** Answers {@code failed} with this message to every event whose id the test names, until {@link #heal()}. */
    public void failEvents(Predicate<String> eventIds, String message) {
        reception.failEvents(eventIds, message);
    }

    /** Judges again, and at once; what {@link #failEvent} was told stays. */
    public void heal() {
        this.always = null;
        scripted.clear();
        reception.failEvents(id -> false, "");
        slowness.set(Duration.ZERO);
    }

    /** Answers {@code failed} with this message to every event of this id, from now on. */
    public void failEvent(String eventId, String message) {
        reception.failEvent(eventId, message);
    }

    /** Hears the body of every request to the events endpoint before it is judged. What it throws becomes a 500. */
    public void onRequest(Consumer<String> observer) {
        this.onRequest = observer;
    }

    /** Reports each event once it is judged, and each answer of the events endpoint. */
    void observe(Consumer<ReceivedEvent> event, Consumer<Answer> answer) {
        this.onEvent = event;
        this.onAnswer = answer;
    }

    /**
     * The browser tag's hit, for a page that cannot reach this port.
     *
     * @param tagEvent in the tag's spelling, such as {@code AddToCart} or {@code addtocart}
     * @param eventData the tag's data as JSON; what it has of interest is {@code event_id}
     */
    public TagHit tagHit(String tagEvent, String eventData) {
        String lower = tagEvent.toLowerCase(Locale.ROOT);
        return reception.hit(TAG_NAMES.getOrDefault(lower, lower), eventId(eventData), clock.instant());
    }

    /** Forgets what was received and every script. */
    public void clear() {
        heal();
        reception.clear();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handleEvents(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.incrementAndGet();
            Answer answer;
            try {
                onRequest.accept(body);
                slowness.pass();
                answer = answer(exchange, body);
            } catch (RuntimeException | AssertionError observed) {
                answer = Answer.error(500, 0, "The test's observer failed: " + observed.getMessage());
            }
            onAnswer.accept(answer);
            reply(exchange, answer);
        }
    }

    private void handleToken(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            boolean here = desk != null && exchange.getRequestURI().getPath().equals("/v5/oauth/token");
            Answer answer;
            try {
                answer = here ? tokens().answer(exchange, body) : Answer.error(404, 0, "There is nothing here.");
            } catch (RuntimeException | AssertionError observed) {
                answer = Answer.error(500, 0, "The test's observer failed: " + observed.getMessage());
            }
            reply(exchange, answer);
        }
    }

    private boolean opens(@Nullable String authorization) {
        if (authorization == null || !authorization.startsWith("Bearer ")) {
            return false;
        }
        String bearer = authorization.substring("Bearer ".length());
        return bearer.equals(token) || (desk != null && desk.opens(bearer));
    }

    private Answer answer(HttpExchange exchange, String body) {
        String path = exchange.getRequestURI().getPath();
        if (!path.matches("/v5/ad_accounts/[^/]+/events")) {
            return Answer.error(404, 0, "There is nothing here.");
        }
        if (!exchange.getRequestMethod().equals("POST")) {
            return Answer.error(405, 0, "Method not allowed.");
        }
        if (!opens(exchange.getRequestHeaders().getFirst("Authorization"))) {
            return Answer.unauthorized();
        }
        String asked = path.split("/", -1)[3];
        if (!asked.matches("\\d{1,18}")) {
            return Answer.error(400, 4196, "ad_account_id must be digits");
        }
        if (!asked.equals(account)) {
            return Answer.forbidden();
        }
        Answer instead = scripted.poll();
        instead = instead == null ? always : instead;
        return instead == null ? judge(exchange, body) : instead;
    }

    private Answer judge(HttpExchange exchange, String text) {
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (type == null || !type.startsWith("application/json")) {
            return Answer.error(400, 4196, "Content-Type must be application/json");
        }
        Object body;
        try {
            body = Json.parse(text);
        } catch (IOException notJson) {
            return Answer.error(400, 4196, "The body is no JSON.");
        }
        Optional<String> violation = EventSchema.violation(body);
        if (violation.isPresent()) {
            return Answer.error(400, 4196, violation.get());
        }
        List<Json.Obj> events = ((List<?>) ((Json.Obj) body).fields().getOrDefault("data", List.of()))
                .stream().map(Json.Obj.class::cast).toList();
        boolean test = "test=true".equals(exchange.getRequestURI().getQuery());
        List<ReceivedEvent> received = reception.receive(events, test, clock.instant());
        received.forEach(onEvent);
        return Answer.of(200, results(received));
    }

    private static String results(List<ReceivedEvent> events) {
        String each = events.stream()
                .map(event -> "{\"status\":" + Json.quoted(event.status()) + ",\"error_message\":"
                        + Json.quoted(event.error()) + ",\"warning_message\":" + Json.quoted(event.warning()) + "}")
                .collect(Collectors.joining(","));
        long processed = events.stream().filter(ReceivedEvent::processed).count();
        return "{\"num_events_received\":" + events.size() + ",\"num_events_processed\":" + processed + ",\"events\":["
                + each + "]}";
    }

    private static void reply(HttpExchange exchange, Answer answer) throws IOException {
        if (answer.status() == Answer.NONE) {
            return; // an exchange that is closed without an answer takes its connection with it
        }
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", "application/json");
        // as measured: the limit is no bare integer, the reset counts seconds
        headers.set("X-RateLimit-Limit", "120000, 120000;w=60;name=\"ads_conversions_ad_account_id\"");
        headers.set("X-RateLimit-Remaining", answer.status() == 429 ? "0" : "119999");
        headers.set("X-RateLimit-Reset", "58");
        answer.headers().forEach(headers::set);
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    /** {@code GET /v3/?event=checkout&ed=%7B"event_id":…%7D}, as the tag calls. */
    private void handleTag(HttpExchange exchange) throws IOException {
        try (exchange) {
            String query = exchange.getRequestURI().getRawQuery();
            tagHit(parameter(query, "event"), parameter(query, "ed"));
            exchange.sendResponseHeaders(204, -1);
        }
    }

    private static String parameter(@Nullable String query, String name) {
        for (String pair : query == null ? new String[0] : query.split("&", -1)) {
            if (pair.startsWith(name + "=")) {
                return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    private static String eventId(String eventData) {
        try {
            Object data = Json.parse(eventData);
            Object id = data instanceof Json.Obj object ? object.fields().getOrDefault("event_id", "") : "";
            return id instanceof String text ? text : "";
        } catch (IOException notJson) {
            return "";
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "fake-pinterest");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public String toString() {
        return "FakePinterest[" + uri() + ", ad account " + account + "]";
    }

    /** Options, each with a default. */
    public static final class Builder {
        private final String account;
        private final String token;
        private int port;
        private Clock clock = Clock.systemUTC();
        private @Nullable String clientId;
        private @Nullable String clientSecret;

        private Builder(String account, String token) {
            this.account = account;
            this.token = token;
        }

        /** By default a free one. */
        public Builder port(int number) {
            this.port = number;
            return this;
        }

        /** What "now" is for event times, deduplication and lateness; by default the system's. */
        public Builder clock(Clock theClock) {
            this.clock = theClock;
            return this;
        }

        /** Serves {@code /v5/oauth/token} for this app; by default nothing is there. */
        public Builder oauth(String id, String secret) {
            this.clientId = id;
            this.clientSecret = secret;
            return this;
        }

        /** Listens on the loopback address. */
        public FakePinterest start() throws IOException {
            return new FakePinterest(this);
        }
    }
}
