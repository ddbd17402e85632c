// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.rules.SimilarNames;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Pinterest's interests. They are read once and kept as long as the {@link AdsClient}. Thread-safe.
 *
 * <p>All methods throw {@link AdsException} if Pinterest cannot be read after some tries.
 */
public final class InterestClient {
    private final AdsContext context;
    private @Nullable Map<String, Interest> cached;

    InterestClient(AdsContext context) {
        this.context = context;
    }

    /** Returns the interest with an id; empty if there is none. */
    public Optional<Interest> find(String id) {
        return Optional.ofNullable(byId().get(id));
    }

    /** Returns all interests, in Pinterest's order. */
    public List<Interest> list() {
        return List.copyOf(byId().values());
    }

    /**
     * Returns the interest with a name. Upper and lower case are the same.
     *
     * @throws AdsException if there is none, with the names that are similar, or if there are several, with their ids
     */
    public Interest named(String name) {
        List<Interest> found = byId().values().stream()
                .filter(interest -> folded(interest.name()).equals(folded(name)))
                .toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        if (found.isEmpty()) {
            List<String> similar = SimilarNames.to(
                    name, byId().values().stream().map(Interest::name).toList());
            throw new AdsException("Pinterest has no interest \"" + name + "\""
                    + (similar.isEmpty() ? "" : ": is it \"" + String.join("\" or \"", similar) + "\"?"));
        }
        throw new AdsException(
                "Pinterest has " + found.size() + " interests \"" + name + "\": use the id, which is one of "
                        + found.stream().map(Interest::id).collect(Collectors.joining(", ")));
    }

    private static String folded(String name) {
        return name.strip().toLowerCase(Locale.ROOT);
    }

    private synchronized Map<String, Interest> byId() {
        Map<String, Interest> known = cached;
        if (known == null) {
            known = read(context.calls().readJson("/resources/targeting/INTEREST"));
            cached = known;
        }
        return known;
    }

    /** Reads a list of maps from id to name. Pinterest's list has one map. */
    private static Map<String, Interest> read(@Nullable Object json) {
        Map<String, Interest> read = new LinkedHashMap<>();
        List<@Nullable Object> maps = new ArrayList<>();
        if (json instanceof List<?> list) {
            maps.addAll(list);
        } else {
            maps.add(json);
        }
        for (Object map : maps) {
            if (map instanceof Map<?, ?> names) {
                names.forEach((id, name) -> {
                    if (id instanceof String key && name instanceof String text) {
                        read.put(key, new Interest(key, text));
                    }
                });
            }
        }
        if (read.isEmpty()) { // an empty map would say that no name is valid
            throw new AdsException("Pinterest's list of interests is empty: is there a proxy in between?");
        }
        return Collections.unmodifiableMap(read);
    }
}
