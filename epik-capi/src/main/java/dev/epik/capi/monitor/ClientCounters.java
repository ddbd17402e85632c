// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.monitor;

import dev.epik.capi.EpikClient;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.SubmitResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.json.MatchKeyNames;
import dev.epik.capi.pinterest.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
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

    /** The key in the JSON of an event. It cannot occur within a text, because quotes in a text are escaped. */
    private static final String CLICK_ID_IN_JSON = "\"" + MatchKeyNames.CLICK_ID + "\":";

    private final Map<CounterKey, Tally> tallies = new ConcurrentHashMap<>();

    /** The stored events of each ad account, by its tag. */
    private final Map<String, StoredCounts> stored = new ConcurrentHashMap<>();

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
        if (event != null && result instanceof SubmitResult.Stored) {
            StoredCounts known = stored.get(tag);
            (known != null ? known : stored.computeIfAbsent(tag, unused -> new StoredCounts()))
                    .add(event.name(), event.isOffline(), event.matchKeys());
        } else {
            boolean hasClickId = event != null && event.matchKeys().contains(MatchKeyNames.CLICK_ID);
            tally(new CounterKey(
                            EVENTS,
                            tag,
                            event == null ? CounterTags.OTHER : CounterTags.event(event.name()),
                            CounterTags.result(result),
                            CounterTags.reason(result),
                            Boolean.toString(hasClickId)))
                    .add();
        }
    }

    /** Counts an outcome. */
    public void settled(StoredEvent event, Outcome outcome) {
        tally(new CounterKey(
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
        tally(new CounterKey(REQUESTS, CounterTags.status(reply))).add(time);
    }

    /** Returns all counters that exist now. */
    public List<EpikClient.Counter> all() {
        List<EpikClient.Counter> all = new ArrayList<>();
        tallies.forEach((key, tally) -> all.add(new KeyedCounter(key, tally::count, tally::nanos)));
        stored.forEach((account, counts) -> {
            for (String event : CounterTags.EVENTS) {
                for (boolean hasClickId : new boolean[] {true, false}) {
                    CounterKey key = new CounterKey(
                            EVENTS, account, event, CounterTags.STORED, "", Boolean.toString(hasClickId));
                    addUnlessZero(all, key, () -> counts.events(event, hasClickId));
                }
            }
            for (String matchKey : CounterTags.MATCH_KEYS) {
                addUnlessZero(all, new CounterKey(MATCH_KEYS, account, matchKey), () -> counts.withKey(matchKey));
            }
        });
        return all;
    }

    private static void addUnlessZero(List<EpikClient.Counter> all, CounterKey key, LongSupplier count) {
        if (count.getAsLong() > 0) {
            all.add(new KeyedCounter(key, count, () -> 0));
        }
    }

    /** Returns how many events were submitted, by result. */
    public SubmitResult.Counts submitCounts() {
        return new SubmitResult.Counts(
                stored.values().stream().mapToLong(StoredCounts::events).sum(),
                events(CounterTags.DUPLICATE, ""),
                events(CounterTags.DUPLICATE, CounterTags.DEAD),
                events(CounterTags.INVALID, ""),
                events(CounterTags.NO_CONSENT, ""),
                events(CounterTags.FAILED, ""));
    }

    /** @param reason empty for every reason */
    private long events(String result, String reason) {
        return tallies.entrySet().stream()
                .filter(each -> each.getKey().name.equals(EVENTS))
                .filter(each -> {
                    Map<String, String> tags = each.getKey().tags();
                    return result.equals(tags.get("result")) && (reason.isEmpty() || reason.equals(tags.get("reason")));
                })
                .mapToLong(each -> each.getValue().count())
                .sum();
    }

    /** Returns how many web and app events of all ad accounts were stored. */
    long webEvents() {
        return stored.values().stream().mapToLong(StoredCounts::webEvents).sum();
    }

    /** Returns how many of them have a click id. */
    long webEventsWithClickId() {
        return stored.values().stream()
                .mapToLong(StoredCounts::webEventsWithClickId)
                .sum();
    }

    private Tally tally(CounterKey key) {
        Tally known = tallies.get(key);
        return known != null ? known : tallies.computeIfAbsent(key, unused -> new Tally());
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
