// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo.inspector;

import dev.epik.capi.Submission;
import dev.epik.capi.delivery.DeliveryListener;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.StoredEvent;
import dev.epik.capi.pinterest.Outcome;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the shop submitted and what became of it: the last 500 events, in memory. Safe for many threads. */
public final class Journal implements DeliveryListener {
    private static final int MOST = 500;

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
     * @param json what was stored to be sent; empty where nothing was: what nobody consented to is not kept here either
     */
    public record Submitted(
            String name, String id, String json, Submission answer, Visit visit, String clickIdFrom, Instant at) {

        public static Submitted of(
                ConversionEvent event, Submission answer, Visit visit, String clickIdFrom, Instant at) {
            boolean sent = answer instanceof Submission.Stored || answer instanceof Submission.AlreadyStored;
            return new Submitted(event.name(), event.id(), sent ? event.json() : "", answer, visit, clickIdFrom, at);
        }
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
    }

    /** Oldest first. */
    synchronized List<Submitted> all() {
        return List.copyOf(submitted);
    }

    /** Empty while Pinterest was not asked. */
    synchronized Optional<Outcome> outcome(Submitted event) {
        return Optional.ofNullable(outcomes.get(key(event.name(), event.id())));
    }

    private static String key(String name, String id) {
        return name + ' ' + id;
    }
}
