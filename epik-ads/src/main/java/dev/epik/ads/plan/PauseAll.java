// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import dev.epik.ads.AdsClient;
import dev.epik.ads.AdsException;
import dev.epik.ads.Campaign;
import dev.epik.ads.EntityStatus;
import dev.epik.ads.WriteResult;
import dev.epik.ads.json.PrintableText;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pauses every active campaign, many in one request. A campaign that cannot be paused does not keep it from the others.
 * The list of active campaigns afterwards decides, because an answer may be lost. Not thread-safe.
 */
final class PauseAll {
    /** How many campaigns are in a request of each round. Alone, each has its own answer. */
    private static final int[] ROUNDS = {30, 30, 1};

    private final AdsClient ads;

    /** The campaigns that were active, by their id. */
    private final Map<String, String> names = new LinkedHashMap<>();

    /** Why a campaign may still be active, by its id. */
    private final Map<String, String> failures = new LinkedHashMap<>();

    PauseAll(AdsClient ads) {
        this.ads = ads;
    }

    PauseReport run() {
        Optional<String> unread = Optional.empty();
        for (int round = 0; round <= ROUNDS.length; round++) {
            List<Campaign> active = new ArrayList<>(); // all of them first: what is paused may move the pages
            try (var stream = ads.campaigns().list(EnumSet.of(EntityStatus.ACTIVE))) {
                stream.forEach(active::add);
                unread = Optional.empty();
                failures.keySet().retainAll(active.stream().map(Campaign::id).toList());
            } catch (AdsException e) {
                unread = Optional.of("The list of active campaigns could not be read to its end: " + e.getMessage());
            }
            if (active.isEmpty() && unread.isEmpty()) {
                break;
            }
            for (Campaign campaign : active) {
                String name = PrintableText.of("\"" + campaign.name() + "\" (" + campaign.id() + ")");
                names.put(campaign.id(), name);
                failures.putIfAbsent(campaign.id(), name + " is active again: who activates it?");
            }
            for (int from = 0; round < ROUNDS.length && from < active.size(); from += ROUNDS[round]) {
                pause(active.subList(from, Math.min(active.size(), from + ROUNDS[round])));
            }
        }
        List<String> all = new ArrayList<>(failures.values());
        unread.ifPresent(all::add);
        names.keySet().removeAll(failures.keySet());
        return new PauseReport(List.copyOf(names.values()), all);
    }

    private void pause(List<Campaign> some) {
        try {
            List<WriteResult<Campaign>> results = ads.campaigns().pause(some);
            for (int i = 0; i < some.size(); i++) {
                String id = some.get(i).id();
                WriteResult<Campaign> result = results.get(i);
                if (result instanceof WriteResult.Applied<Campaign> applied
                        && applied.entity().status() != EntityStatus.ACTIVE) {
                    failures.remove(id);
                } else if (result instanceof WriteResult.Rejected<Campaign> rejected) {
                    failures.put(id, names.get(id) + " was not paused: " + rejected.message());
                } else {
                    failures.put(id, names.get(id) + " may still be active: pause it in Ads Manager");
                }
            }
        } catch (AdsException e) {
            some.forEach(
                    each -> failures.put(each.id(), names.get(each.id()) + " may still be active: " + e.getMessage()));
        }
    }
}
