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
import java.util.function.Predicate;

/** What was received, bounded, and whoever waits for it. Safe for many threads. */
final class Reception {
    private static final int MOST = 10_000;

    /** Of a test request Pinterest looks at the first 20 alone. */
    private static final int MOST_IN_TEST = 20;

    private final Deque<ReceivedEvent> events = new ArrayDeque<>();
    private final Deque<TagHit> hits = new ArrayDeque<>();
    private final Deduplication deduplication = new Deduplication();
    private final Map<String, String> failures = new HashMap<>();

    private String failure = "";
    private Predicate<String> failing = id -> false;

    synchronized void failEvent(String id, String message) {
        failures.put(id, message);
    }

    /** Answers {@code failed} to the events with these ids from now on. */
    synchronized void failEvents(Predicate<String> ids, String message) {
        failing = ids;
        failure = message;
    }

    /** Judges and records a request's events, in its order. */
    synchronized List<ReceivedEvent> receive(List<Json.Obj> request, boolean test, Instant now) {
        List<ReceivedEvent> received = new ArrayList<>();
        for (int i = 0; i < request.size(); i++) {
            boolean unread = test && i >= MOST_IN_TEST;
            received.add(receive(request.get(i), test, unread, now));
        }
        received.forEach(event -> remember(events, event));
        notifyAll();
        return received;
    }

    private ReceivedEvent receive(Json.Obj event, boolean test, boolean unread, Instant now) {
        String name = String.valueOf(event.fields().get("event_name"));
        String id = String.valueOf(event.fields().get("event_id"));
        EventJudge.Verdict verdict = EventJudge.judge(event, now);
        String error = unread ? "Only the first 20 events of a test request are processed" : verdict.error();
        error = failures.getOrDefault(id, failing.test(id) ? failure : error);
        boolean offline = EventJudge.isOffline(event, now);
        boolean counted = error.isEmpty() && !test && deduplication.counts(name, id, offline, now);
        String status = error.isEmpty() ? "processed" : "failed";
        return new ReceivedEvent(name, id, event.text(), status, error, verdict.warning(), now, test, offline, counted);
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

    synchronized Tally tally(String name, String id) {
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
        return new Tally(server, tag, counted);
    }

    synchronized List<ReceivedEvent> await(int count, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (events.size() < count) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                throw new AssertionError("Waited " + timeout + " for " + count + " events; received were " + events);
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

    private static <T> void remember(Deque<T> all, T one) {
        all.addLast(one);
        if (all.size() > MOST) {
            all.removeFirst();
        }
    }
}
