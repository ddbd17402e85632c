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
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A fake of Pinterest's API on a loopback port, for tests and demonstrations.
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
 * <p><b>Validation.</b> {@code POST /v5/ad_accounts/{id}/events} validates requests as the published API does: the
 * token (401), the ad account (403), every key, JSON type and required field (400), then the values of each event
 * ({@code failed} in a 200). With {@code ?test=true} events are validated but not counted.
 *
 * <p><b>Deduplication.</b> Events are deduplicated by name and id within 48 hours, together with the hits of the
 * browser tag at {@code /v3/}.
 *
 * <p><b>Ads.</b> It serves campaigns, audiences and the like too, see {@link FakeAds}.
 *
 * <p><b>Tokens.</b> With {@link Builder#oauth} it serves the OAuth token endpoint too, see {@link FakeTokenEndpoint}.
 *
 * <p><b>Threads and lifetime.</b> Thread-safe. Its threads are daemons; {@link #close()} ends them and releases the
 * port. It keeps the last 10,000 events and the last 10,000 tag hits in memory.
 */
public final class FakePinterest implements AutoCloseable {
    /** The API's event names by the browser tag's spelling, such as {@code addtocart}. */
    private static final Map<String, String> TAG_NAMES =
            EventValidator.NAMES.stream().collect(Collectors.toMap(name -> name.replace("_", ""), name -> name));

    private final String account;
    private final String token;
    private final Clock clock;
    private final @Nullable FakeTokenEndpoint tokenEndpoint;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(FakePinterest::daemon);
    private final Map<String, String> advertiserEvents = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final ReceivedEvents receivedEvents;
    private final FakeAds ads;
    private final Queue<FakeResponse> scripted = new ConcurrentLinkedQueue<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final ResponseDelay responseDelay = new ResponseDelay();
    private volatile @Nullable FakeResponse permanentResponse;
    private volatile Consumer<String> onRequest = body -> {};
    private volatile Consumer<ReceivedEvent> onEvent = event -> {};
    private volatile Consumer<FakeResponse> onResponse = response -> {};

    private FakePinterest(Builder options) throws IOException {
        this.account = options.account;
        this.token = options.token;
        this.clock = options.clock;
        this.advertiserEvents.putAll(options.advertiserEvents);
        this.receivedEvents = new ReceivedEvents(advertiserEvents.keySet());
        this.tokenEndpoint = options.clientId == null || options.clientSecret == null
                ? null
                : new FakeTokenEndpoint(options.clientId, options.clientSecret, clock);
        this.ads = new FakeAds(account, options.currency, options.trialAccess, clock);
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), options.port), 0);
        server.setExecutor(threads);
        server.createContext("/v5/ad_accounts/", this::handleAccount);
        server.createContext("/v5/resources/targeting/", this::handleAds);
        server.createContext("/v5/oauth/token", this::handleToken);
        server.createContext("/v3/", this::handleTag);
        server.start();
    }

    /** Returns a builder for a fake with one ad account, which only this access token may use. */
    public static Builder builder(String adAccountId, String accessToken) {
        return new Builder(adAccountId, accessToken);
    }

    /**
     * Runs a fake until the process is stopped, and prints each event that it receives.
     *
     * @param arguments the port (default 8089; 0: a free one), the ad account, the access token; all optional
     */
    public static void main(String... arguments) throws IOException, InterruptedException {
        FakePinterestProgram.run(arguments);
    }

    /** Returns the base URL of the API, without {@code /v5}. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /**
     * Returns the token endpoint.
     *
     * @throws IllegalStateException if it was built without {@link Builder#oauth}
     */
    public FakeTokenEndpoint tokenEndpoint() {
        if (tokenEndpoint == null) {
            throw new IllegalStateException(
                    "This FakePinterest has no token endpoint: build it with oauth(id, secret)");
        }
        return tokenEndpoint;
    }

    /** Returns the ads endpoints. */
    public FakeAds ads() {
        return ads;
    }

    /** Returns the events of all requests that conform to the schema, oldest first. */
    public List<ReceivedEvent> received() {
        return receivedEvents.events();
    }

    /** Returns the requests of the browser tag, oldest first. */
    public List<TagHit> tagHits() {
        return receivedEvents.hits();
    }

    /** Returns how often an event was received from server and tag, and how often it counts. */
    public EventCounts countsOf(String eventName, String eventId) {
        return receivedEvents.countsOf(eventName, eventId);
    }

    /** Returns how many requests the events endpoint received, including rejected ones. */
    public int requests() {
        return requests.get();
    }

    /**
     * Waits until {@code count} events have been received since the start or the last {@link #clear()}, and returns
     * them.
     *
     * @throws AssertionError if the timeout ends first; it names the events received so far
     */
    public List<ReceivedEvent> awaitEvents(int count, Duration timeout) throws InterruptedException {
        return receivedEvents.await(count, timeout);
    }

    /** Sends these responses to the next requests of the events endpoint, one each, instead of validating them. */
    public void respondWith(FakeResponse... responses) {
        scripted.addAll(List.of(responses));
    }

    /** Sends this response to every request of the events endpoint, until {@link #respondNormally()}. */
    public void alwaysRespondWith(FakeResponse response) {
        this.permanentResponse = response;
    }

    /**
     * Delays all responses of the events endpoint, until {@link #respondNormally()}, which also releases the requests
     * that are waiting.
     */
    public void delayResponses(Duration delay) {
        responseDelay.set(delay);
    }

    /** Makes every event fail with this message, until {@link #respondNormally()}. */
    public void failAllEvents(String message) {
        failEvents(id -> true, message);
    }

    /** Makes every event with a matching id fail with this message, until {@link #respondNormally()}. */
    public void failEvents(Predicate<String> eventIds, String message) {
        receivedEvents.failEvents(eventIds, message);
    }

    /**
     * Ends all scripted and permanent responses, delays, and failures of {@link #failEvents} and
     * {@link #failAllEvents}. Failures of {@link #failEvent} stay until {@link #clear()}.
     */
    public void respondNormally() {
        this.permanentResponse = null;
        scripted.clear();
        receivedEvents.failEvents(id -> false, "");
        responseDelay.set(Duration.ZERO);
    }

    /** Makes every event with this id fail with this message, until {@link #clear()}. */
    public void failEvent(String eventId, String message) {
        receivedEvents.failEvent(eventId, message);
    }

    /**
     * Calls the observer with the body of every request to the events endpoint, before it is validated. If the observer
     * throws, the response is a 500 with its message.
     */
    public void onRequest(Consumer<String> observer) {
        this.onRequest = observer;
    }

    /** Calls the first observer with each validated event, the second with each response of the events endpoint. */
    void observe(Consumer<ReceivedEvent> event, Consumer<FakeResponse> response) {
        this.onEvent = event;
        this.onResponse = response;
    }

    /**
     * Records a request of the browser tag, for pages that cannot reach this port.
     *
     * @param tagEvent in the tag's spelling, such as {@code AddToCart} or {@code addtocart}
     * @param eventData the tag's data as JSON; only {@code event_id} is read
     */
    public TagHit tagHit(String tagEvent, String eventData) {
        String lower = tagEvent.toLowerCase(Locale.ROOT);
        return receivedEvents.hit(TAG_NAMES.getOrDefault(lower, lower), eventId(eventData), clock.instant());
    }

    /**
     * Forgets all received events, tag hits, failures and all of {@link #ads()}, and does what
     * {@link #respondNormally()} does.
     */
    public void clear() {
        respondNormally();
        ads.clear();
        receivedEvents.clear();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handleAccount(HttpExchange exchange) throws IOException {
        if (FakeAds.serves(exchange.getRequestURI().getPath())) {
            handleAds(exchange);
        } else {
            handleEvents(exchange);
        }
    }

    private void handleAds(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            boolean authorized = isAuthorized(exchange.getRequestHeaders().getFirst("Authorization"));
            FakeResponse response;
            try {
                response = authorized ? ads.respond(exchange, body) : FakeResponse.unauthorized();
            } catch (RuntimeException e) {
                response = FakeResponse.error(500, 0, "The fake failed: " + e);
            }
            reply(exchange, response);
        }
    }

    private void handleEvents(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.incrementAndGet();
            FakeResponse response;
            try {
                onRequest.accept(body);
                responseDelay.await();
                response = respond(exchange, body);
            } catch (RuntimeException | AssertionError e) {
                response = FakeResponse.error(500, 0, "The test's observer failed: " + e.getMessage());
            }
            onResponse.accept(response);
            reply(exchange, response);
        }
    }

    private void handleToken(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            boolean here =
                    tokenEndpoint != null && exchange.getRequestURI().getPath().equals("/v5/oauth/token");
            FakeResponse response;
            try {
                response = here
                        ? tokenEndpoint().respond(exchange, body)
                        : FakeResponse.error(404, 0, "No such endpoint.");
            } catch (RuntimeException | AssertionError e) {
                response = FakeResponse.error(500, 0, "The test's observer failed: " + e.getMessage());
            }
            reply(exchange, response);
        }
    }

    private boolean isAuthorized(@Nullable String authorization) {
        if (authorization == null || !authorization.startsWith("Bearer ")) {
            return false;
        }
        String bearer = authorization.substring("Bearer ".length());
        return bearer.equals(token) || (tokenEndpoint != null && tokenEndpoint.accepts(bearer));
    }

    private FakeResponse respond(HttpExchange exchange, String body) {
        String path = exchange.getRequestURI().getPath();
        boolean isList = path.matches("/v5/ad_accounts/[^/]+/advertiser_defined_events");
        if (!isList && !path.matches("/v5/ad_accounts/[^/]+/events")) {
            return FakeResponse.error(404, 0, "No such endpoint.");
        }
        if (!exchange.getRequestMethod().equals(isList ? "GET" : "POST")) {
            return FakeResponse.error(405, 0, "Method not allowed.");
        }
        if (!isAuthorized(exchange.getRequestHeaders().getFirst("Authorization"))) {
            return FakeResponse.unauthorized();
        }
        String requested = path.split("/", -1)[3];
        if (!requested.matches("\\d{1,18}")) {
            return FakeResponse.error(400, 4196, "ad_account_id must be digits");
        }
        if (!requested.equals(account)) {
            return FakeResponse.forbidden();
        }
        if (isList) {
            return FakeResponse.of(200, advertiserEventsJson());
        }
        FakeResponse instead = scripted.poll();
        instead = instead == null ? permanentResponse : instead;
        return instead == null ? validate(exchange, body) : instead;
    }

    private String advertiserEventsJson() {
        return advertiserEvents.entrySet().stream()
                .map(each -> "{\"name\":" + Json.quoted(each.getKey()) + ",\"mapped_conversion_type\":"
                        + Json.quoted(each.getValue()) + "}")
                .collect(Collectors.joining(",", "{\"items\":[", "]}"));
    }

    private FakeResponse validate(HttpExchange exchange, String text) {
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (type == null || !type.startsWith("application/json")) {
            return FakeResponse.error(400, 4196, "Content-Type must be application/json");
        }
        Object body;
        try {
            body = Json.parse(text);
        } catch (IOException e) {
            return FakeResponse.error(400, 4196, "The body is not valid JSON.");
        }
        Optional<String> violation = EventSchema.violation(body);
        if (violation.isPresent()) {
            return FakeResponse.error(400, 4196, violation.get());
        }
        List<Json.Obj> events = ((List<?>) ((Json.Obj) body).fields().getOrDefault("data", List.of()))
                .stream().map(Json.Obj.class::cast).toList();
        boolean test = "test=true".equals(exchange.getRequestURI().getQuery());
        List<ReceivedEvent> received = receivedEvents.receive(events, test, clock.instant());
        received.forEach(onEvent);
        return FakeResponse.of(200, results(received));
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

    private static void reply(HttpExchange exchange, FakeResponse response) throws IOException {
        if (response.status() == FakeResponse.NONE) {
            return; // closing the exchange without a response closes its connection
        }
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", "application/json");
        // as measured on the real API: the limit is not a plain integer, the reset is in seconds
        headers.set("X-RateLimit-Limit", "120000, 120000;w=60;name=\"ads_conversions_ad_account_id\"");
        headers.set("X-RateLimit-Remaining", response.status() == 429 ? "0" : "119999");
        headers.set("X-RateLimit-Reset", "58");
        response.headers().forEach(headers::set);
        byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(response.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    /** Handles the tag's {@code GET /v3/?event=checkout&ed=%7B"event_id":…%7D}. */
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
        } catch (IOException ignored) { // a hit without readable data has no id
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

    /** Builds a {@link FakePinterest}. All options have defaults. Not thread-safe. */
    public static final class Builder {
        private final String account;
        private final String token;
        private int port;
        private Clock clock = Clock.systemUTC();
        private @Nullable String clientId;
        private @Nullable String clientSecret;
        private String currency = "EUR";
        private boolean trialAccess;
        private final Map<String, String> advertiserEvents = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

        private Builder(String account, String token) {
            this.account = account;
            this.token = token;
        }

        /** Sets the port; 0, the default, takes a free one. */
        public Builder port(int number) {
            this.port = number;
            return this;
        }

        /** Sets the clock for event times, deduplication and token lifetimes; the system clock by default. */
        public Builder clock(Clock theClock) {
            this.clock = theClock;
            return this;
        }

        /** Serves {@code /v5/oauth/token} for this app; by default there is no token endpoint. */
        public Builder oauth(String id, String secret) {
            this.clientId = id;
            this.clientSecret = secret;
            return this;
        }

        /**
         * Defines an advertiser-defined event of the ad account, which has none by default. Its name is accepted in
         * events in any case, and listed by {@code GET /v5/ad_accounts/ID/advertiser_defined_events}.
         *
         * @param mappedTo the standard event as the API lists it, such as {@code CHECKOUT}
         */
        public Builder advertiserEvent(String name, String mappedTo) {
            advertiserEvents.put(name, mappedTo);
            return this;
        }

        /** Sets the currency of the ad account, such as {@code USD}; {@code EUR} by default. */
        public Builder currency(String code) {
            this.currency = code;
            return this;
        }

        /**
         * Refuses every write of {@link FakePinterest#ads()} with a 403 and the code 29, as Pinterest does for an app
         * with trial access.
         */
        public Builder trialAccess() {
            this.trialAccess = true;
            return this;
        }

        /** Starts to listen on the loopback address. */
        public FakePinterest start() throws IOException {
            return new FakePinterest(this);
        }
    }
}
