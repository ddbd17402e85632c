// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Settlement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All events of a simulation. Not thread-safe. */
final class Ledger {
    private static final String JSON_START = "{\"n\":";

    private final List<SimEvent> events = new ArrayList<>();
    private final Map<StoredEvent.Key, SimEvent> byKey = new HashMap<>();

    int nextIndex() {
        return events.size();
    }

    static String json(int index) {
        return JSON_START + index + "}";
    }

    void add(SimEvent event) {
        events.add(event);
        byKey.put(event.stored.key(), event);
    }

    List<SimEvent> all() {
        return events;
    }

    SimEvent ofJson(String json) {
        return events.get(Integer.parseInt(json, JSON_START.length(), json.length() - 1, 10));
    }

    /** Returns the latest event with this key; null: there is none. */
    @Nullable
    SimEvent ofKey(StoredEvent.Key key) {
        return byKey.get(key);
    }

    String names(List<StoredEvent> stored) {
        return stored.stream()
                .map(event -> ofJson(event.json()).toString())
                .toList()
                .toString();
    }

    /** Returns what became of each event, without the outcomes' words. */
    String describe(List<Settlement> settlements) {
        return settlements.stream()
                .map(settlement -> ofJson(settlement.event().json()) + " "
                        + settlement.outcome().getClass().getSimpleName()
                        + (settlement.outcome() instanceof Outcome.Postponed
                                ? " " + settlement.retryDelay() + " " + settlement.history()
                                : ""))
                .toList()
                .toString();
    }
}
