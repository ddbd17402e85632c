// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.monitor;

import dev.epik.capi.EpikClient;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.SubmitResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.pinterest.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Counts what one client does, in memory, since it was opened. A counter exists from the first time that it counts.
 * Their number is limited, because each tag has a limited number of values. Thread-safe.
 */
public final class ClientCounters {
    /** Events by result of their submit and by outcome of their delivery. */
    static final String EVENTS = "epik.events";

    /** Stored events that have a match key. */
    static final String MATCH_KEYS = "epik.match.keys";

    /** Requests to Pinterest, with the time until their answer. */
    static final String REQUESTS = "epik.delivery";

    /** Ad accounts beyond this number have the tag {@link CounterTags#OTHER}. */
    private static final int MAX_ACCOUNTS = 50;

    /** The match key of the click id. */
    static final String CLICK_ID = "click_id";

    /** As it stands in the JSON of an event. It cannot occur within a text, where the quotes are escaped. */
    private static final String CLICK_ID_IN_JSON = "\"" + CLICK_ID + "\":";

    private final Map<CounterKey, LiveCounter> counters = new ConcurrentHashMap<>();
    private final Map<String, String> accounts = new ConcurrentHashMap<>();
    private final Function<String, String> nameOfAccount;

    /**
     * @param nameOfAccount returns the name of the ad account with this name or id; empty if it has none. It must be
     *     fast
     */
    public ClientCounters(Function<String, String> nameOfAccount) {
        this.nameOfAccount = nameOfAccount;
    }

    /** Counts the result of a submit. */
    public void submitted(@Nullable String account, @Nullable ConversionEvent event, SubmitResult result) {
        String tag = account(account);
        List<String> matchKeys = event == null ? List.of() : event.matchKeys();
        counter(new CounterKey(
                        EVENTS,
                        tag,
                        event == null ? CounterTags.OTHER : CounterTags.event(event.name()),
                        CounterTags.result(result),
                        CounterTags.reason(result),
                        Boolean.toString(matchKeys.contains(CLICK_ID))))
                .add();
        if (result instanceof SubmitResult.Stored) {
            for (String key : matchKeys) {
                counter(new CounterKey(MATCH_KEYS, tag, key)).add();
            }
        }
    }

    /** Counts an outcome. */
    public void settled(StoredEvent event, Outcome outcome) {
        counter(new CounterKey(
                        EVENTS,
                        account(event.adAccount()),
                        CounterTags.event(event.name()),
                        CounterTags.result(outcome),
                        "",
                        Boolean.toString(event.json().contains(CLICK_ID_IN_JSON))))
                .add();
    }

    /** Counts an answer, and the time since its request. */
    public void answered(Reply reply, Duration time) {
        counter(new CounterKey(REQUESTS, CounterTags.status(reply))).add(time);
    }

    /** Returns all counters that exist now. */
    public List<EpikClient.Counter> all() {
        return List.copyOf(counters.values());
    }

    private LiveCounter counter(CounterKey key) {
        LiveCounter known = counters.get(key);
        return known != null ? known : counters.computeIfAbsent(key, LiveCounter::new);
    }

    private String account(@Nullable String nameOrId) {
        if (nameOrId == null) {
            return CounterTags.OTHER;
        }
        String known = accounts.get(nameOrId);
        if (known != null) {
            return known;
        }
        String name = nameOfAccount.apply(nameOrId);
        if (name.isEmpty() || accounts.size() >= 2 * MAX_ACCOUNTS) { // by name and by id
            return CounterTags.OTHER;
        }
        accounts.put(nameOrId, name);
        return name;
    }
}
