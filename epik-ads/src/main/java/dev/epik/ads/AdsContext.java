// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.http.AdsCalls;
import dev.epik.ads.http.Paging;
import dev.epik.ads.json.Fields;
import dev.epik.ads.spend.Spend;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** The account, the calls, the journal and the lock that all parts of a client share. Thread-safe. */
final class AdsContext implements AutoCloseable {
    private final AdsAccount account;
    private final AdsCalls calls;
    private final ChangeJournal journal;
    private final Clock clock;

    /** Held during a write and the reads that decide about it. */
    private final ReentrantLock writing = new ReentrantLock();

    AdsContext(AdsAccount account, AdsCalls calls, ChangeJournal journal, Clock clock) {
        this.account = account;
        this.calls = calls;
        this.journal = journal;
        this.clock = clock;
    }

    AdsAccount account() {
        return account;
    }

    AdsCalls calls() {
        return calls;
    }

    ChangeJournal journal() {
        return journal;
    }

    ReentrantLock writing() {
        return writing;
    }

    Instant now() {
        return clock.instant();
    }

    /** Returns a path below the ad account. */
    String path(String rest) {
        return "/ad_accounts/" + account.id() + rest;
    }

    /**
     * Reads a campaign, an ad group or an ad; empty if none has this id.
     *
     * @param kind the last part of the path, such as {@code campaigns}
     * @throws AdsException if it cannot be read, or the answer is about another one, which must not be changed instead
     */
    Optional<Fields> entity(String kind, String id) {
        Optional<Fields> read = calls.read(path("/" + kind + "/" + EntityClient.checkedId(id)));
        if (read.isPresent() && !isSame(id, read.get())) {
            throw new AdsException("Pinterest's answer about " + kind + " " + id
                    + " has another id or none: is there a proxy in between?");
        }
        return read;
    }

    /**
     * Returns whether fields have an id. The letters before its digits, which Pinterest may leave out, do not count.
     */
    static boolean isSame(String id, Fields fields) {
        return digits(fields.text("id").orElse("")).equals(digits(id));
    }

    private static String digits(String id) {
        return id.replaceFirst("^[A-Z]+", "");
    }

    /**
     * Reads a campaign.
     *
     * @throws AdsException if no campaign has this id
     */
    Fields campaign(String id) {
        return entity("campaigns", id)
                .orElseThrow(() -> new AdsException("Pinterest does not know the campaign " + id));
    }

    /** Reads the active campaigns of the ad account. */
    List<Fields> activeCampaigns() {
        try (Stream<Fields> active = Paging.of(calls, path("/campaigns?entity_statuses=ACTIVE"))) {
            return active.toList();
        }
    }

    /** Reads the ad groups of a campaign that are active or paused. */
    List<Fields> adGroups(String campaignId) {
        try (Stream<Fields> groups = Paging.of(
                calls,
                path("/ad_groups?campaign_ids=" + campaignId + "&entity_statuses=ACTIVE&entity_statuses=PAUSED"))) {
            return groups.toList();
        }
    }

    /** Returns what all active campaigns but one can spend on a day, in micro-currency. */
    long otherActiveSpend(String campaignId, Instant now) {
        long sum = 0;
        for (Fields campaign : activeCampaigns()) {
            String id = campaign.text("id").orElse("");
            if (!id.equals(campaignId)) {
                boolean needsGroups = !campaign.isTrue("is_campaign_budget_optimization");
                sum = Math.addExact(
                        sum,
                        Spend.of(campaign, needsGroups ? adGroups(id) : List.of(), now)
                                .daily());
            }
        }
        return sum;
    }

    @Override
    public void close() {
        calls.close();
        journal.close();
    }
}
