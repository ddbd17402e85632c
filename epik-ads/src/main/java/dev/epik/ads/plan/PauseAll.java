// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import dev.epik.ads.AdsClient;
import dev.epik.ads.AdsException;
import dev.epik.ads.Campaign;
import dev.epik.ads.CampaignSpec;
import dev.epik.ads.EntityStatus;
import dev.epik.ads.WriteResult;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Pauses every active campaign. A campaign that cannot be paused does not keep it from the others. Afterwards it looks
 * again, because an answer may be lost.
 */
final class PauseAll {
    private static final int MAX_ROUNDS = 3;

    private final AdsClient ads;
    private final Set<String> paused = new LinkedHashSet<>();
    private final Map<String, String> failures = new LinkedHashMap<>();

    PauseAll(AdsClient ads) {
        this.ads = ads;
    }

    PauseReport run() {
        boolean isDone = false;
        for (int round = 0; round < MAX_ROUNDS && !isDone; round++) {
            failures.clear();
            isDone = !pauseAllOnce() && failures.isEmpty();
        }
        if (!isDone && failures.isEmpty()) {
            pauseNothingButLook();
        }
        return new PauseReport(List.copyOf(paused), List.copyOf(failures.values()));
    }

    /** Returns whether any campaign was active. */
    private boolean pauseAllOnce() {
        boolean any = false;
        try (var active = ads.campaigns().list(EnumSet.of(EntityStatus.ACTIVE))) {
            Iterator<Campaign> campaigns = active.iterator();
            while (campaigns.hasNext()) {
                any = true;
                pause(campaigns.next());
            }
        } catch (AdsException e) {
            failures.put("", "The list of active campaigns could not be read to its end: " + e.getMessage());
        }
        return any;
    }

    private void pause(Campaign campaign) {
        String name = "\"" + campaign.name() + "\" (" + campaign.id() + ")";
        try {
            WriteResult<Campaign> result =
                    ads.campaigns().update(campaign.id(), CampaignSpec.change().paused());
            if (result instanceof WriteResult.Applied<Campaign> applied
                    && applied.entity().status() != EntityStatus.ACTIVE) {
                paused.add(name);
            } else if (result instanceof WriteResult.Rejected<Campaign> rejected) {
                failures.put(campaign.id(), name + " was not paused: " + rejected.message());
            } else if (isPaused(campaign.id())) {
                paused.add(name);
            } else {
                failures.put(campaign.id(), name + " may still be active: pause it in Ads Manager");
            }
        } catch (AdsException e) {
            failures.put(campaign.id(), name + " may still be active: " + e.getMessage());
        }
    }

    private boolean isPaused(String id) {
        return ads.campaigns()
                .find(id)
                .filter(campaign -> campaign.status() != EntityStatus.ACTIVE)
                .isPresent();
    }

    private void pauseNothingButLook() {
        try (var active = ads.campaigns().list(EnumSet.of(EntityStatus.ACTIVE))) {
            active.forEach(campaign -> failures.put(
                    campaign.id(),
                    "\"" + campaign.name() + "\" (" + campaign.id() + ") is active again: who activates it?"));
        } catch (AdsException e) {
            failures.put("", e.getMessage());
        }
    }
}
