// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event.json;

import dev.epik.capi.event.data.EventDraft;
import dev.epik.capi.event.data.MatchKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The match keys of an event, as a set of bits and by Pinterest's names. An event keeps the bits, because computing
 * them costs nearly nothing. There are few sets in practice, so each list of names is created once. Thread-safe.
 */
public final class MatchKeyNames {
    /** The click id's name. */
    public static final String CLICK_ID = "click_id";

    /** The keys that are not hashed, in the order of the JSON. Their bits follow those of {@link MatchKey}. */
    private static final List<String> UNHASHED =
            List.of("client_ip_address", "client_user_agent", CLICK_ID, "partner_id");

    private static final Map<Integer, List<String>> NAMES = new ConcurrentHashMap<>();

    private MatchKeyNames() {}

    /** Returns the keys that {@link EventJson#write} writes for this event. */
    @SuppressWarnings("EnumOrdinal") // neither stored nor sent
    public static int bits(EventDraft event) {
        int bits = 0;
        for (MatchKey key : MatchKey.ALL) {
            bits |= event.hashes.has(key) ? 1 << key.ordinal() : 0;
        }
        int unhashed = (event.ip != null ? 1 : 0)
                | (event.userAgent != null ? 2 : 0)
                | (event.clickId != null ? 4 : 0)
                | (event.partnerId != null ? 8 : 0);
        return bits | unhashed << MatchKey.ALL.size();
    }

    /** Returns the names of the keys, in the order of the JSON; the same list for the same bits. Immutable. */
    public static List<String> of(int bits) {
        List<String> known = NAMES.get(bits);
        return known != null ? known : NAMES.computeIfAbsent(bits, MatchKeyNames::create);
    }

    @SuppressWarnings("EnumOrdinal") // neither stored nor sent
    private static List<String> create(int bits) {
        List<String> names = new ArrayList<>();
        for (MatchKey key : MatchKey.ALL) {
            if ((bits & 1 << key.ordinal()) != 0) {
                names.add(EventJson.wireName(key));
            }
        }
        for (int i = 0; i < UNHASHED.size(); i++) {
            if ((bits >> MatchKey.ALL.size() & 1 << i) != 0) {
                names.add(UNHASHED.get(i));
            }
        }
        return List.copyOf(names);
    }
}
