// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.doctor;

import dev.epik.capi.EpikClient.ConnectionCheck;
import dev.epik.capi.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the answer to one test event says of clock, token, ad account and API: a pure function. */
public final class Diagnosis {
    /** The answer's clock has whole seconds, and it travelled. */
    private static final Duration EXACT_ENOUGH = Duration.ofSeconds(10);

    /** From here on Pinterest takes an event that just happened for one from the future. */
    private static final Duration TOO_FAR = Duration.ofMinutes(1);

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

    private Diagnosis() {}

    /**
     * Read from top to bottom: what stands first may be the cause of what follows.
     *
     * @param now of this machine, when the answer came
     */
    public static List<Finding> of(ConnectionCheck check, Instant now, String adAccount) {
        List<Finding> findings = new ArrayList<>();
        findings.add(clock(check.serverTime(), now));
        if (check.outcome().isEmpty()) {
            notJudged(check, adAccount, findings);
            return findings;
        }
        findings.add(Finding.ok("access token", "is taken"));
        findings.add(Finding.ok("ad account", adAccount + " is open to this token"));
        findings.add(testEvent(check.outcome().get()));
        return findings;
    }

    private static Finding clock(Optional<Instant> server, Instant now) {
        if (server.isEmpty()) {
            return Finding.skip("clock", "was not compared: there was no answer with a time");
        }
        Duration ahead = Duration.between(server.get(), now);
        String says =
                "is " + ahead.abs().toSeconds() + " s " + (ahead.isNegative() ? "behind" : "ahead of") + " Pinterest's";
        if (ahead.abs().compareTo(EXACT_ENOUGH) <= 0) {
            return Finding.ok("clock", says);
        }
        String harm = ahead.isNegative()
                ? "; events come late, and over an hour late they count as offline"
                : "; Pinterest takes no event from the future";
        String cure = ". Let this machine keep time by NTP";
        return ahead.abs().compareTo(TOO_FAR) <= 0
                ? Finding.warn("clock", says + harm + cure)
                : Finding.fail("clock", says + harm + cure);
    }

    private static void notJudged(ConnectionCheck check, String adAccount, List<Finding> findings) {
        boolean token = check.status() != UNAUTHORIZED;
        boolean account = check.status() != FORBIDDEN && check.status() != NOT_FOUND;
        if (!token) {
            findings.add(Finding.fail("access token", check.reason()));
            findings.add(Finding.skip("ad account", adAccount + " was not looked at: the token comes first"));
        } else if (!account) {
            findings.add(Finding.ok("access token", "is taken"));
            findings.add(Finding.fail("ad account", adAccount + " is not open to this token. " + check.reason()));
        } else {
            findings.add(Finding.fail("connection", check.reason() + cure(check)));
            findings.add(Finding.skip("access token", "was not looked at"));
            findings.add(Finding.skip("ad account", "was not looked at"));
        }
        findings.add(Finding.skip("test event", "was not looked at"));
    }

    private static String cure(ConnectionCheck check) {
        if (check.status() / 100 == 3 || check.status() / 100 == 2) {
            return " Is a proxy or a login page in between?";
        }
        return check.status() == 0
                ? " Does a firewall let this machine out to the API's address (--api), and by which proxy?"
                : " Wait and try again; what is in the outbox waits as well.";
    }

    private static Finding testEvent(Outcome outcome) {
        if (outcome instanceof Outcome.Accepted) {
            return Finding.ok("test event", "was accepted, and recorded nowhere");
        }
        String reason = outcome instanceof Outcome.Rejected rejected ? rejected.reason() : "not answered";
        return Finding.fail(
                "test event",
                "was rejected: " + reason.replaceAll("\\.+$", "")
                        + ". Is the clock right? If so, Pinterest's API has changed: look for a newer version of Epik");
    }
}
