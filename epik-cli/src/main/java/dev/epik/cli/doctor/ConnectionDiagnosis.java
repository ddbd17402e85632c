// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.doctor;

import dev.epik.capi.EpikClient.ConnectionCheck;
import dev.epik.capi.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Derives findings about clock, access token, ad account and API from the response to a test event. Pure functions. */
public final class ConnectionDiagnosis {
    /** The response's time is in whole seconds and includes the network delay. */
    private static final Duration MAX_EXACT_DIFFERENCE = Duration.ofSeconds(10);

    /** Above this, Pinterest rejects current events as being in the future. */
    private static final Duration MAX_DIFFERENCE = Duration.ofMinutes(1);

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

    private ConnectionDiagnosis() {}

    /**
     * Returns the findings in order: an earlier one can be the cause of a later one.
     *
     * @param now this machine's time when the response arrived
     */
    public static List<Finding> of(ConnectionCheck check, Instant now, String adAccount) {
        List<Finding> findings = new ArrayList<>();
        findings.add(clock(check.serverTime(), now));
        if (check.outcome().isEmpty()) {
            addUnchecked(check, adAccount, findings);
            return findings;
        }
        findings.add(Finding.ok("access token", "accepted"));
        findings.add(Finding.ok("ad account", adAccount + ": the token has access"));
        findings.add(testEvent(check.outcome().get()));
        return findings;
    }

    private static Finding clock(Optional<Instant> server, Instant now) {
        if (server.isEmpty()) {
            return Finding.skip("clock", "not checked: there was no response with a time");
        }
        Duration ahead = Duration.between(server.get(), now);
        String message =
                ahead.abs().toSeconds() + " s " + (ahead.isNegative() ? "behind" : "ahead of") + " Pinterest's";
        if (ahead.abs().compareTo(MAX_EXACT_DIFFERENCE) <= 0) {
            return Finding.ok("clock", message);
        }
        String harm = ahead.isNegative()
                ? "; events arrive late, and over an hour late they count as offline"
                : "; Pinterest rejects events from the future";
        String cure = ". Synchronize this machine's clock with NTP";
        return ahead.abs().compareTo(MAX_DIFFERENCE) <= 0
                ? Finding.warn("clock", message + harm + cure)
                : Finding.fail("clock", message + harm + cure);
    }

    private static void addUnchecked(ConnectionCheck check, String adAccount, List<Finding> findings) {
        boolean tokenAccepted = check.status() != UNAUTHORIZED;
        boolean accountAccepted = check.status() != FORBIDDEN && check.status() != NOT_FOUND;
        if (!tokenAccepted) {
            findings.add(Finding.fail("access token", check.reason()));
            findings.add(Finding.skip("ad account", "not checked: correct the access token first"));
        } else if (!accountAccepted) {
            findings.add(Finding.ok("access token", "accepted"));
            findings.add(Finding.fail("ad account", adAccount + ": the token has no access. " + check.reason()));
        } else {
            findings.add(Finding.fail("connection", check.reason() + cure(check)));
            findings.add(Finding.skip("access token", "not checked"));
            findings.add(Finding.skip("ad account", "not checked"));
        }
        findings.add(Finding.skip("test event", "not checked"));
    }

    private static String cure(ConnectionCheck check) {
        if (check.status() / 100 == 3 || check.status() / 100 == 2) {
            return " Is there a proxy or a login page in between?";
        }
        return check.status() == 0
                ? " Also check the address of the API (--api)."
                : " Wait and try again; events stay in the outbox until then.";
    }

    private static Finding testEvent(Outcome outcome) {
        if (outcome instanceof Outcome.Accepted) {
            return Finding.ok("test event", "accepted; Pinterest does not record it");
        }
        String reason = outcome instanceof Outcome.Rejected rejected ? rejected.reason() : "no response";
        return Finding.fail(
                "test event",
                "rejected: " + reason.replaceAll("\\.+$", "")
                        + ". Check the clock. If it is right, Pinterest's API has changed: look for a newer version of Epik");
    }
}
