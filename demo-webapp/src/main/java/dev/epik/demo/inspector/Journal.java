// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo.inspector;

import dev.epik.capi.DeliveryListener;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.SubmitResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The last 500 submitted events and their outcomes, in memory. Events that the outbox kept from an earlier run are
 * added when they are settled. Thread-safe.
 */
public final class Journal implements DeliveryListener {
    private static final int MAX_EVENTS = 500;

    private final Instant opened;
    private final Deque<Submitted> submitted = new ArrayDeque<>();
    private final Map<String, Outcome> outcomes = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Outcome> eldest) {
            return size() > MAX_EVENTS;
        }
    };

    /**
     * A submitted event.
     *
     * @param clickIdFrom the source of the click id, or the reason why there is none
     * @param result the result of {@code submit}; empty if an earlier run of the demo submitted it
     * @param json the stored event; empty if nothing was stored, so that data without consent is not kept here either
     */
    public record Submitted(
            String name,
            String id,
            String json,
            Optional<SubmitResult> result,
            Visit visit,
            String clickIdFrom,
            Instant at) {

        public static Submitted of(
                ConversionEvent event, SubmitResult result, Visit visit, String clickIdFrom, Instant at) {
            boolean sent = result.isStored();
            return new Submitted(
                    event.name(), event.id(), sent ? event.json() : "", Optional.of(result), visit, clickIdFrom, at);
        }

        private static Submitted earlier(StoredEvent event) {
            Visit visit = Visit.of(Visit.Consent.GRANTED, "the shop")
                    .withConsent(Visit.Consent.GRANTED, "given in an earlier run of the demo");
            return new Submitted(
                    event.name(),
                    event.id(),
                    event.json(),
                    Optional.empty(),
                    visit,
                    "from an earlier run of the demo",
                    event.happenedAt());
        }

        private static Submitted ofPage(StoredEvent event) {
            return new Submitted(
                    event.name(),
                    event.id(),
                    event.json(),
                    Optional.of(new SubmitResult.Stored(event.id(), List.of())),
                    Visit.of(Visit.Consent.GRANTED, "asked when the browser's beacon arrived"),
                    "from the cookie of the browser's beacon, if it has one",
                    event.happenedAt());
        }

        boolean isEarlier() {
            return result.isEmpty();
        }
    }

    public Journal(Instant opened) {
        this.opened = opened;
    }

    /** Adds a submitted event. */
    public synchronized void submitted(Submitted one) {
        submitted.addLast(one);
        if (submitted.size() > MAX_EVENTS) {
            submitted.removeFirst();
        }
    }

    /** Adds a page event of the browser once it is settled. */
    public synchronized void pageEventSettled(StoredEvent event, Outcome outcome) {
        outcomes.put(key(event.name(), event.id()), outcome);
        if (!knows(event)) {
            submitted(Submitted.ofPage(event));
        }
    }

    @Override
    public synchronized void settled(StoredEvent event, Outcome outcome) {
        outcomes.put(key(event.name(), event.id()), outcome);
        if (isEarlier(event) && !knows(event)) {
            submitted(Submitted.earlier(event));
        }
    }

    /** Forgets the outcomes of dead letters that are waiting again. */
    synchronized void redriven(List<StoredEvent> events) {
        events.forEach(event -> outcomes.remove(key(event.name(), event.id())));
    }

    boolean isEarlier(StoredEvent event) {
        return event.happenedAt().isBefore(opened);
    }

    private boolean knows(StoredEvent event) {
        return submitted.stream()
                .anyMatch(one -> one.name().equals(event.name()) && one.id().equals(event.id()));
    }

    /** Returns all events, oldest first. */
    synchronized List<Submitted> all() {
        return submitted.stream().sorted(Comparator.comparing(Submitted::at)).toList();
    }

    /** Returns the outcome of an event; empty if it has not been sent. */
    synchronized Optional<Outcome> outcome(Submitted event) {
        return Optional.ofNullable(outcomes.get(key(event.name(), event.id())));
    }

    private static String key(String name, String id) {
        return name + ' ' + id;
    }
}
