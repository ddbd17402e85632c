// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

/** Finds the ad account of a submit, until the client is closed. Thread-safe. */
final class SubmitTargets {
    private final AdAccounts accounts;

    /** Why nothing is stored any more; empty while events are stored. */
    private volatile String closedBecause;

    SubmitTargets(AdAccounts accounts, String closedBecause) {
        this.accounts = accounts;
        this.closedBecause = closedBecause;
    }

    /**
     * The ad account of a submit, or why there is none.
     *
     * @param adAccountId empty if the ad account is unknown or the client is closed
     * @param problem why, and the cure; empty if there is an ad account
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
            SubmitResults.contain(e);
            return new Target("", "The ad account could not be looked up: " + SubmitResults.describe(e));
        }
    }

    String closedBecause() {
        return closedBecause;
    }

    /** Makes every later submit fail with this reason. */
    void close(String because) {
        closedBecause = because;
    }
}
