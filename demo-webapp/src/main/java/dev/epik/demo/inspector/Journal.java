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
 * What the shop submitted and what became of it: the last 500 events, in memory; and what the outbox kept from an earlier run, once it
 * is settled. Safe for many threads.
 */
public final class Journal implements DeliveryListener {
    private static final int MOST = 500;

    private final Instant opened;
    private final Deque<Submitted> submitted = new ArrayDeque<>();
    private final Map<String, Outcome> outcomes = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Outcome> eldest) {
            return size() > MOST;
        }
    };

    /**
     * One call of {@code submit}.
     *
     * @param clickIdFrom where the click id came from, or why there is none
     * @param answer empty: an earlier run of the demo had it
     * @param json what was stored to be sent; empty where nothing was: what nobody consented to is not kept here either
     */
    public record Submitted(
            String name,
            String id,
            String json,
            Optional<SubmitResult> answer,
            Visit visit,
            String clickIdFrom,
            Instant at) {

        public static Submitted of(
                ConversionEvent event, SubmitResult answer, Visit visit, String clickIdFrom, Instant at) {
            boolean sent = answer.isStored();
            return new Submitted(
                    event.name(), event.id(), sent ? event.json() : "", Optional.of(answer), visit, clickIdFrom, at);
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

        boolean isEarlier() {
            return answer.isEmpty();
        }
    }

    public Journal(Instant opened) {
        this.opened = opened;
    }

    public synchronized void submitted(Submitted one) {
        submitted.addLast(one);
        if (submitted.size() > MOST) {
            submitted.removeFirst();
        }
    }

    @Override
    public synchronized void settled(StoredEvent event, Outcome outcome) {
        outcomes.put(key(event.name(), event.id()), outcome);
        if (isEarlier(event) && !knows(event)) {
            submitted(Submitted.earlier(event));
        }
    }

    /** Dead letters that wait again: what became of them is open. */
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

    /** Oldest first. */
    synchronized List<Submitted> all() {
        return submitted.stream().sorted(Comparator.comparing(Submitted::at)).toList();
    }

    /** Empty while Pinterest was not asked. */
    synchronized Optional<Outcome> outcome(Submitted event) {
        return Optional.ofNullable(outcomes.get(key(event.name(), event.id())));
    }

    private static String key(String name, String id) {
        return name + ' ' + id;
    }
}
