// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The last 10,000 events and tag hits that were received. Thread-safe. */
final class ReceivedEvents {
    private static final int MAX_EVENTS = 10_000;

    /** Pinterest processes only the first 20 events of a test request. */
    private static final int MAX_TEST_EVENTS = 20;

    private final Set<String> advertiserEvents;
    private final Deque<ReceivedEvent> events = new ArrayDeque<>();
    private final Deque<TagHit> hits = new ArrayDeque<>();
    private final Deduplication deduplication = new Deduplication();
    /** The error messages of events that must fail, by event id. */
    private final Map<String, String> failures = new HashMap<>();

    /** Matches the ids of more events that must fail, all with {@link #failure}. */
    private Predicate<String> failing = id -> false;

    private String failure = "";

    /** @param advertiserEvents the names of the advertiser-defined events; compares without regard to case */
    ReceivedEvents(Set<String> advertiserEvents) {
        this.advertiserEvents = advertiserEvents;
    }

    /** Makes events with this id fail from now on. */
    synchronized void failEvent(String id, String message) {
        failures.put(id, message);
    }

    /** Makes events with matching ids fail from now on. Replaces the previous predicate. */
    synchronized void failEvents(Predicate<String> ids, String message) {
        failing = ids;
        failure = message;
    }

    /** Validates and records the events of a request, in its order. */
    synchronized List<ReceivedEvent> receive(List<Json.Obj> request, boolean test, Instant now) {
        List<ReceivedEvent> received = new ArrayList<>();
        for (int i = 0; i < request.size(); i++) {
            boolean ignored = test && i >= MAX_TEST_EVENTS;
            received.add(receive(request.get(i), test, ignored, now));
        }
        received.forEach(event -> remember(events, event));
        notifyAll();
        return received;
    }

    private ReceivedEvent receive(Json.Obj event, boolean test, boolean ignored, Instant now) {
        String name = String.valueOf(event.fields().get("event_name"));
        String id = String.valueOf(event.fields().get("event_id"));
        EventValidator.Validation validation = EventValidator.validate(event, advertiserEvents, now);
        String error = ignored ? "Only the first 20 events of a test request are processed" : validation.error();
        error = failures.getOrDefault(id, failing.test(id) ? failure : error);
        boolean offline = EventValidator.isOffline(event, now);
        boolean counted = error.isEmpty() && !test && deduplication.counts(name, id, offline, now);
        String status = error.isEmpty() ? "processed" : "failed";
        return new ReceivedEvent(
                name, id, event.text(), status, error, validation.warning(), now, test, offline, counted);
    }

    synchronized TagHit hit(String name, String id, Instant now) {
        TagHit hit = new TagHit(name, id, now, deduplication.counts(name, id, false, now));
        remember(hits, hit);
        notifyAll();
        return hit;
    }

    synchronized List<ReceivedEvent> events() {
        return List.copyOf(events);
    }

    synchronized List<TagHit> hits() {
        return List.copyOf(hits);
    }

    synchronized EventCounts countsOf(String name, String id) {
        int server = 0;
        int tag = 0;
        int counted = 0;
        for (ReceivedEvent event : events) {
            if (event.name().equals(name) && event.id().equals(id) && event.processed()) {
                server++;
                counted += event.counted() ? 1 : 0;
            }
        }
        for (TagHit hit : hits) {
            if (hit.name().equals(name) && hit.id().equals(id)) {
                tag++;
                counted += hit.counted() ? 1 : 0;
            }
        }
        return new EventCounts(server, tag, counted);
    }

    synchronized List<ReceivedEvent> await(int count, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (events.size() < count) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                throw new AssertionError("Waited " + timeout + " for " + count + " events; received: " + events);
            }
            wait(millis);
        }
        return events();
    }

    synchronized void clear() {
        events.clear();
        hits.clear();
        failures.clear();
        deduplication.clear();
    }

    private static <T> void remember(Deque<T> all, T latest) {
        all.addLast(latest);
        if (all.size() > MAX_EVENTS) {
            all.removeFirst();
        }
    }
}
