// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Problem;
import dev.epik.capi.event.rules.AdvertiserEvents;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the ad account of a submit, until the client is closed, and refuses what must not be stored in it. Thread-safe.
 */
final class SubmitTargets {
    private final AdAccounts accounts;

    /** Why nothing is stored any more; empty while events are stored. */
    private volatile String closedBecause;

    SubmitTargets(AdAccounts accounts, String closedBecause) {
        this.accounts = accounts;
        this.closedBecause = closedBecause;
    }

    /**
     * The ad account of a submit, or the reason why it is missing.
     *
     * @param adAccountId empty if the ad account is unknown or the client is closed
     * @param problem the reason and the cure; empty if there is an ad account
     */
    record Target(String adAccountId, String problem) {
        boolean isMissing() {
            return adAccountId.isEmpty();
        }

        /** Returns the result of every submit to an ad account that is missing. */
        SubmitResult failed() {
            return new SubmitResult.Failed(problem);
        }
    }

    /** Returns the result for an event that must not be stored in the ad account; empty if it may be stored. */
    Optional<SubmitResult> refusal(String account, @Nullable ConversionEvent event) {
        Optional<SubmitResult> refusal = SubmitResults.refusal(event);
        if (event == null || refusal.isPresent() || !event.isAdvertiserDefined()) {
            return refusal;
        }
        try {
            return accounts.find(account)
                    .flatMap(found -> AdvertiserEvents.problem(event.name(), found.advertiserEvents()))
                    .map(problem ->
                            new SubmitResult.Invalid(List.of(new Problem(Problem.Severity.ERROR, "name", problem))));
        } catch (Throwable e) { // the source of ad accounts is not our code
            return Optional.of(new SubmitResult.Failed(notFound(e)));
        }
    }

    /** Returns the ad account with this name or id. Never throws, even if the source of ad accounts fails. */
    Target find(String account) {
        String closed = closedBecause;
        if (!closed.isEmpty()) {
            return new Target("", closed);
        }
        try {
            return accounts.idOf(account)
                    .map(id -> new Target(id, ""))
                    .orElseGet(() -> new Target("", accounts.unknownAccount()));
        } catch (Throwable e) { // the source of ad accounts is not our code
            return new Target("", notFound(e));
        }
    }

    private static String notFound(Throwable e) {
        SubmitResults.contain(e);
        return "The ad account could not be looked up: " + SubmitResults.describe(e);
    }

    String closedBecause() {
        return closedBecause;
    }

    /** Makes every later submit fail with this reason. */
    void close(String because) {
        closedBecause = because;
    }
}
