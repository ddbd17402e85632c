// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo.inspector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.epik.capi.Outcome;
import dev.epik.demo.Demo;
import dev.epik.demo.inspector.Journal.Submitted;
import dev.epik.testkit.EventCounts;
import dev.epik.testkit.ReceivedEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Builds the inspector's two JSON documents. */
final class InspectorState {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Older events count as offline. */
    private static final Duration MAX_ONLINE_AGE = Duration.ofHours(1);

    private final Demo demo;

    InspectorState(Demo demo) {
        this.demo = demo;
    }

    /** Returns what Pinterest received, oldest first: {@code [{"status":"processed","event":{…as sent…}}]}. */
    ArrayNode received() {
        ArrayNode all = JSON.createArrayNode();
        if (demo.pinterest().isPresent()) {
            for (ReceivedEvent event : demo.pinterest().get().fake().received()) {
                ObjectNode one = all.addObject().put("status", event.status()).put("counted", event.counted());
                one.set("event", parsed(event.json()));
            }
            return all;
        }
        for (Submitted one : demo.journal().all()) {
            Optional<Outcome> outcome = demo.journal().outcome(one);
            boolean accepted =
                    outcome.filter(Outcome.Accepted.class::isInstance).isPresent();
            if (accepted || outcome.filter(Outcome.Rejected.class::isInstance).isPresent()) {
                all.addObject().put("status", accepted ? "processed" : "failed").set("event", parsed(one.json()));
            }
        }
        return all;
    }

    /** Returns all data of the page, newest event first. */
    ObjectNode page() {
        ObjectNode state = JSON.createObjectNode();
        state.put("badge", demo.badge());
        Delivery delivery = Delivery.of(demo);
        delivery(state.putObject("delivery"), delivery);
        List<Submitted> submitted = demo.journal().all();
        ArrayNode events = state.putArray("events");
        for (int i = submitted.size() - 1; i >= 0; i--) {
            event(events.addObject(), submitted.get(i), delivery.pause());
        }
        MatchKeys.coverage(submitted.stream()
                        .map(Submitted::json)
                        .filter(json -> !json.isEmpty())
                        .map(InspectorState::parsed)
                        .toList())
                .forEach((label, share) -> state.withArray("coverage")
                        .addObject()
                        .put("label", label)
                        .put("with", share.with())
                        .put("of", share.of()));
        return state;
    }

    private void delivery(ObjectNode json, Delivery delivery) {
        json.put("waiting", delivery.waiting())
                .put("accepted", delivery.accepted())
                .put("dead", delivery.dead())
                .put("pause", delivery.pause())
                .put("problem", delivery.problem())
                .put("storedIn", demo.storedIn());
        delivery.oldest().ifPresent(oldest -> json.put("oldest", oldest.toSeconds()));
        delivery.pausedUntil()
                .ifPresent(until -> json.put("pausedUntil", until.toString())
                        .put(
                                "again",
                                Math.max(
                                        0,
                                        Duration.between(demo.clock().instant(), until)
                                                .toSeconds())));
        demo.pinterest()
                .ifPresent(simulated -> json.put("pinterest", simulated.state().code()));
        ArrayNode letters = json.putArray("letters");
        for (Delivery.Letter letter : delivery.letters()) {
            letters.addObject()
                    .put("name", letter.name())
                    .put("id", letter.id())
                    .put("reason", letter.reason())
                    .put("earlier", letter.earlier());
        }
    }

    private void event(ObjectNode json, Submitted one, String pause) {
        Instant now = demo.clock().instant();
        EventStatus status =
                EventStatus.of(one.result(), one.visit(), demo.journal().outcome(one), pause);
        json.put("name", one.name()).put("id", one.id());
        json.put("at", one.at().toString())
                .put("age", Duration.between(one.at(), now).toSeconds());
        json.put("consent", one.visit().consent().name().toLowerCase(Locale.ROOT));
        json.put("consentReason", one.visit().consentReason());
        json.put("clickId", one.visit().clickId()).put("clickIdFrom", one.clickIdFrom());
        json.put("earlier", one.isEarlier());
        json.putObject("status")
                .put("level", status.level())
                .put("title", status.title())
                .put("cure", status.cure());
        if (!one.json().isEmpty()) {
            JsonNode event = parsed(one.json());
            json.set("json", event);
            ArrayNode keys = json.putArray("matchKeys");
            MatchKeys.of(event).forEach(keys::add);
            json.put("clickId", event.at("/user_data/click_id").textValue());
        }
        demo.pinterest().ifPresent(simulated -> addCounts(json, simulated.fake().countsOf(one.name(), one.id())));
        countsAs(json, one, status, now);
    }

    private static void addCounts(ObjectNode json, EventCounts counts) {
        json.put("serverEvents", counts.serverEvents())
                .put("tagHits", counts.tagHits())
                .put("counted", counts.counted());
    }

    /** Adds how the event counts: as the simulated Pinterest reports it, otherwise by its age. */
    private void countsAs(ObjectNode json, Submitted one, EventStatus status, Instant now) {
        if (status.level().equals("off") || status.level().equals("bad")) {
            return;
        }
        boolean offline = demo.pinterest()
                .flatMap(simulated -> simulated.fake().received().stream()
                        .filter(event ->
                                event.id().equals(one.id()) && event.name().equals(one.name()))
                        .findFirst())
                .map(ReceivedEvent::offline)
                .orElse(status.level().equals("wait")
                        && Duration.between(one.at(), now).compareTo(MAX_ONLINE_AGE) > 0);
        json.put("countsAs", offline ? "offline" : "web");
    }

    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
