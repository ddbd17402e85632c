// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import dev.epik.ads.AdsAccount;
import dev.epik.ads.AdsException;
import dev.epik.ads.Money;
import dev.epik.ads.json.Json;
import dev.epik.capi.file.PrivateFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The writes that make an ad account as a plan file wants it. It was read and decided, and nothing was sent. Immutable.
 */
public final class Plan {
    private final PlanFile file;
    private final AdsAccount account;
    private final PlanOptions options;
    private final Instant time;
    private final Draft draft;
    private final Fingerprint fingerprint;
    private final Snapshot snapshot;

    Plan(PlanFile file, Snapshot snapshot, PlanOptions options, Draft draft) {
        this.file = file;
        this.account = snapshot.account();
        this.options = options;
        this.time = snapshot.time();
        this.draft = draft;
        this.fingerprint = Fingerprint.of(snapshot);
        this.snapshot = snapshot;
    }

    /** Returns the plan file. */
    public PlanFile file() {
        return file;
    }

    /** Returns the ad account. */
    public AdsAccount account() {
        return account;
    }

    /** Returns when the ad account was read. */
    public Instant time() {
        return time;
    }

    /** Returns the writes, in their order; empty if nothing would change. */
    public List<PlanAction> actions() {
        return draft.actions();
    }

    /** Returns what is allowed and probably not meant. */
    public List<String> warnings() {
        return draft.warnings();
    }

    /** Returns why the plan cannot be applied, with the cures; empty if it can. */
    public List<String> refusals() {
        return draft.refusals();
    }

    /** Returns whether the ad account is as the file wants it. */
    public boolean isEmpty() {
        return draft.actions().isEmpty() && draft.refusals().isEmpty();
    }

    /** Returns what all active campaigns of the ad account can spend on a day now. */
    public Money dailySpendBefore() {
        return Money.ofMicros(draft.dailyBefore(), account.currency());
    }

    /** Returns what all active campaigns of the ad account could spend on a day after the plan. */
    public Money dailySpendAfter() {
        return Money.ofMicros(draft.dailyAfter(), account.currency());
    }

    /** Returns a hash of everything that was read, and of the file. */
    public String fingerprint() {
        return fingerprint.whole(file.text());
    }

    /** Returns the plan as a table for people, at most 100 columns wide. */
    public String text() {
        return PlanText.of(this);
    }

    /** Returns the plan as JSON, which {@link SavedPlan} reads. */
    public String json() {
        return Json.write(PlanJson.of(this));
    }

    /**
     * Writes the plan as JSON, to apply it later. It expires after 24 hours.
     *
     * @throws AdsException if the file cannot be written
     */
    public void save(Path path) {
        try {
            PrivateFile.write(path, (json() + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AdsException("The file " + path + " cannot be written: "
                    + e.getClass().getSimpleName() + ". Check the directory and its permissions");
        }
    }

    PlanOptions options() {
        return options;
    }

    Fingerprint read() {
        return fingerprint;
    }

    Draft draft() {
        return draft;
    }

    /** Returns the ids of what stands at some places, see {@link State#place}. */
    List<String> placed(Set<String> places) {
        return Stream.of(PlanKind.values())
                .flatMap(kind -> snapshot.of(kind).stream())
                .filter(each -> places.contains(State.place(each.kind(), each.parentId(), each.name())))
                .map(Actual::id)
                .toList();
    }

    @Override
    public String toString() {
        return "Plan[" + file.path() + ", " + actions().size() + " actions, "
                + refusals().size() + " refusals]";
    }
}
