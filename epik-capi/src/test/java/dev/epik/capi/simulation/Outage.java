// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

/**
 * A failure of Pinterest that no event causes.
 *
 * @param adAccount the only affected ad account; empty if all are affected
 * @param share the share of affected requests, 0 to 1
 */
record Outage(Kind kind, String adAccount, long from, long to, double share) {
    enum Kind {
        S503,
        S500,
        NO_ANSWER,
        REFUSED,
        S400,
        /** A 200 that names every event as failed, with one text. */
        ALL_FAILED,
        /** The token is revoked. */
        S401,
        S403,
        THROTTLED,
        SLOW,
        /** Pinterest counts the events, and the answer is lost. */
        LOST_ANSWER,
        /** A future that never completes. */
        SILENT,
        /** The future completes after minutes. */
        LATE,
        /** The future fails. */
        EXCEPTION;

        /** Returns whether an operator must act, so that the engine may pause 15 minutes. */
        boolean needsOperator() {
            return this == S401 || this == S403;
        }
    }

    boolean applies(String account, long now) {
        return now >= from && now < to && (adAccount.isEmpty() || adAccount.equals(account));
    }
}
