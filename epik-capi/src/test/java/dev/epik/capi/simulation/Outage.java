// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

/**
 * Trouble on Pinterest's side that is no event's fault.
 *
 * @param adAccount the only one that it is about; empty: it is about all
 * @param share of the requests that it is about, 0 to 1
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
        /** The future never completes. */
        SILENT,
        /** The future completes after minutes. */
        LATE,
        /** The future fails. */
        EXCEPTION;

        /** Returns whether the trouble needs people, so that the engine may wait 15 minutes. */
        boolean needsOperator() {
            return this == S401 || this == S403;
        }
    }

    boolean applies(String account, long now) {
        return now >= from && now < to && (adAccount.isEmpty() || adAccount.equals(account));
    }
}
