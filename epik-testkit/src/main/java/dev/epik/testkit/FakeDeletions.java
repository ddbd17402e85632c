// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Pinterest's conversion deletion requests, as its API 5.28 publishes them: create, list, read and cancel. A request is
 * {@code PENDING} for 72 hours of the fake's clock, and {@code SUBMITTED} afterwards. Nothing is deleted. Thread-safe.
 */
public final class FakeDeletions {
    /** How long a request can be cancelled, by the text of the operation. The text of the schema gives 7 days. */
    public static final Duration CANCELLABLE = Duration.ofDays(3);

    private static final int MAX_PAGE = 250;
    private static final int DEFAULT_PAGE = 25;
    private static final long FIRST_ID = 700_000_000_001L;

    private final Clock clock;
    private final List<Request> requests = new ArrayList<>();
    private boolean isAvailable = true;

    FakeDeletions(Clock clock) {
        this.clock = clock;
    }

    /**
     * A request that was created. Immutable.
     *
     * @param status {@code PENDING}, {@code SUBMITTED} or {@code CANCELLED}
     * @param emails the plain addresses
     * @param epiks the click ids
     */
    public record Request(String id, String status, List<String> emails, List<String> epiks, Instant created) {
        private Request withStatus(String newStatus) {
            return new Request(id, newStatus, emails, epiks, created);
        }

        private Request at(Instant now) {
            return status.equals("PENDING") && !now.isBefore(created.plus(CANCELLABLE))
                    ? withStatus("SUBMITTED")
                    : this;
        }

        private String json() {
            String processed = status.equals("SUBMITTED") ? "\"" + date(created.plus(CANCELLABLE)) + "\"" : "null";
            return "{\"request_id\":\"" + id + "\",\"status\":\"" + status + "\",\"created_time\":\"" + date(created)
                    + "\",\"processed_time\":" + processed + "}";
        }

        private static LocalDate date(Instant time) {
            return LocalDate.ofInstant(time, ZoneOffset.UTC);
        }
    }

    /** Returns all requests, the oldest first. */
    public synchronized List<Request> requests() {
        return requests.stream().map(request -> request.at(clock.instant())).toList();
    }

    /** Ends or restores the access of the app to this beta: without it every answer is a 403. */
    public synchronized void setAvailable(boolean available) {
        this.isAvailable = available;
    }

    synchronized void clear() {
        requests.clear();
    }

    /**
     * Answers a request of an authorized caller.
     *
     * @param id null for the list and the creation
     */
    synchronized FakeResponse respond(String method, @Nullable String id, @Nullable String query, String body) {
        if (!isAvailable) {
            return FakeResponse.error(403, 29, "You are not permitted to access that resource.");
        }
        if (id == null) {
            return switch (method) {
                case "GET" -> list(query);
                case "POST" -> create(body);
                default -> FakeResponse.error(405, 0, "Method not allowed.");
            };
        }
        Optional<Request> request =
                requests().stream().filter(each -> each.id().equals(id)).findAny();
        if (request.isEmpty()) {
            return FakeResponse.error(404, 50, "The conversion deletion request was not found.");
        }
        return switch (method) {
            case "GET" -> FakeResponse.of(200, request.get().json());
            case "DELETE" -> cancel(request.get());
            default -> FakeResponse.error(405, 0, "Method not allowed.");
        };
    }

    private FakeResponse create(String text) {
        Object body;
        try {
            body = Json.parse(text);
        } catch (IOException e) {
            return FakeResponse.error(400, 4196, "The body is not valid JSON.");
        }
        if (!(body instanceof Json.Obj object)
                || !object.fields().keySet().equals(Set.of("deletion_targets"))
                || !(object.fields().get("deletion_targets") instanceof Json.Obj targets)) {
            return FakeResponse.error(400, 4196, "The body must have deletion_targets and nothing else");
        }
        Map<String, Object> lists = targets.fields();
        if (lists.isEmpty()
                || !Set.of("user_emails", "epiks").containsAll(lists.keySet())
                || !lists.values().stream().allMatch(FakeDeletions::isListOfTexts)) {
            return FakeResponse.error(400, 4196, "deletion_targets must have user_emails, epiks, or both, as texts");
        }
        Request request = new Request(
                "" + (FIRST_ID + requests.size()),
                "PENDING",
                texts(lists.get("user_emails")),
                texts(lists.get("epiks")),
                clock.instant());
        requests.add(request);
        return FakeResponse.of(201, request.json());
    }

    private static boolean isListOfTexts(Object value) {
        return value instanceof List<?> list && !list.isEmpty() && list.stream().allMatch(String.class::isInstance);
    }

    private static List<String> texts(@Nullable Object value) {
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    /** Lists the newest first. The bookmark is the number of requests on the pages before. */
    private FakeResponse list(@Nullable String query) {
        int size = number(query, "page_size", DEFAULT_PAGE);
        int from = number(query, "bookmark", 0);
        if (size < 1 || size > MAX_PAGE || from < 0) {
            return FakeResponse.error(400, 4196, "page_size must be 1 to " + MAX_PAGE);
        }
        List<Request> newestFirst = new ArrayList<>(requests());
        Collections.reverse(newestFirst);
        String items =
                newestFirst.stream().skip(from).limit(size).map(Request::json).collect(Collectors.joining(","));
        boolean isLast = from + size >= newestFirst.size();
        return FakeResponse.of(
                200,
                "{\"items\":[" + items + "],\"bookmark\":" + (isLast ? "null" : "\"" + (from + size) + "\"") + "}");
    }

    private static int number(@Nullable String query, String name, int unset) {
        return Stream.of((query == null ? "" : query).split("&", -1))
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> pair.substring(name.length() + 1))
                .map(text -> text.matches("\\d{1,6}") ? Integer.parseInt(text) : -1)
                .findFirst()
                .orElse(unset);
    }

    private FakeResponse cancel(Request request) {
        if (!request.status().equals("PENDING")) {
            return FakeResponse.error(400, 4196, "The request is not PENDING and can no longer be cancelled.");
        }
        Request cancelled = request.withStatus("CANCELLED");
        requests.replaceAll(each -> each.id().equals(request.id()) ? cancelled : each);
        return FakeResponse.of(200, cancelled.json());
    }
}
