// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.spend;

import dev.epik.ads.Money;
import dev.epik.ads.SpendLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides whether a limit allows a change. */
public final class SpendCheck {
    private SpendCheck() {}

    /**
     * Returns why a change is not allowed, with figures and cures; empty if it is.
     *
     * @param otherActive what all other active campaigns of the ad account can spend on a day, in micro-currency
     * @param limit null if there is none: then nothing that raises the spend is allowed
     */
    public static List<String> refusals(
            SpendChange change, long otherActive, String currency, @Nullable SpendLimit limit) {
        if (!change.raises()) {
            return List.of();
        }
        if (limit == null) {
            return List.of("It can raise what is spent, and there is no SpendLimit: set one, or leave it paused");
        }
        if (!limit.daily().currency().equals(currency)) {
            return List.of("The SpendLimit is in " + limit.daily().currency() + ", the ad account in " + currency
                    + ": give the limit in " + currency);
        }
        List<String> refusals = new ArrayList<>();
        Spend before = change.before();
        Spend after = change.after();
        if (!after.isBounded()) {
            refusals.add("It would be active without a budget: set one");
        }
        boolean checksAll = change.makesActive() || change.widens();
        if (checksAll || after.daily() > before.daily()) {
            compare("daily budget", after.daily(), Optional.of(limit.daily()), currency, refusals);
        }
        if (checksAll || after.lifetime() > before.lifetime()) {
            compare("lifetime budget", after.lifetime(), limit.lifetime(), currency, refusals);
        }
        if (change.makesActive() || after.bid() > before.bid()) {
            compare("bid", after.bid(), limit.bid(), currency, refusals);
        }
        if (limit.activeSum().isPresent()) {
            compare(
                    "sum of all active daily budgets",
                    Spend.add(otherActive, after.daily()),
                    limit.activeSum(),
                    currency,
                    refusals);
        }
        rise("daily budget", before.daily(), after.daily(), limit, currency, refusals);
        rise("lifetime budget", before.lifetime(), after.lifetime(), limit, currency, refusals);
        rise("bid", before.bid(), after.bid(), limit, currency, refusals);
        return List.copyOf(refusals);
    }

    private static void compare(
            String what, long micros, Optional<Money> limit, String currency, List<String> refusals) {
        if (micros == 0 || (limit.isPresent() && micros <= limit.get().micros())) {
            return;
        }
        refusals.add("The " + what + " would be " + text(micros, currency)
                + limit.map(most -> ", and the limit is " + most).orElse(", and the SpendLimit allows none"));
    }

    private static void rise(
            String what, long before, long after, SpendLimit limit, String currency, List<String> refusals) {
        if (before == 0 || after <= before) {
            return; // a first budget has nothing to rise from; the other limits hold for it
        }
        long percent = percent(before, after);
        if (percent > limit.risePercent()) {
            refusals.add("The " + what + " would rise from " + text(before, currency) + " to " + text(after, currency)
                    + ", by " + percent + " %, and the limit is " + limit.risePercent() + " % in one step");
        }
    }

    /** Returns the rise in percent, rounded up. */
    private static long percent(long before, long after) {
        double rise = ((double) after - before) / before * 100;
        return (long) Math.ceil(rise - 1e-9);
    }

    private static String text(long micros, String currency) {
        return Money.ofMicros(micros, currency).toString();
    }
}
