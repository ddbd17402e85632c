// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event.rules;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The names of advertiser-defined events: at most 15 for each ad account, of at most 100 characters out of
 * {@code [A-Za-z0-9_-]} (Pinterest's page on advertiser-defined events, April 2026). Pure functions.
 *
 * <p>Pinterest compares the names without regard to case. Epik wants one spelling, because the outbox finds duplicates
 * by name and id.
 */
public final class AdvertiserEvents {
    /** The number of names that an ad account may define. */
    public static final int MAX_NAMES = 15;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,100}");

    private AdvertiserEvents() {}

    /** Returns what is wrong with a name, without quoting it; empty if Pinterest accepts it. */
    public static Optional<String> problem(String name) {
        if (!NAME.matcher(name).matches()) {
            return Optional.of("is not the name of an advertiser-defined event: use 1 to 100 letters, digits, _ and -");
        }
        return EventNames.isKnown(name.toLowerCase(Locale.ROOT))
                ? Optional.of("is an event of Pinterest's own: use its method, or named(…)")
                : Optional.empty();
    }

    /** Returns why an ad account that defines these names would not count the event; empty if it would. */
    public static Optional<String> problem(String name, Collection<String> defined) {
        if (defined.contains(name)) {
            return Optional.empty();
        }
        return Optional.of(
                defined.stream().anyMatch(name::equalsIgnoreCase)
                        ? "differs only in upper and lower case from a name in AdAccount.advertiserEvents(): use one"
                                + " spelling"
                        : "is not among the advertiser-defined events of the ad account: define it at Pinterest, and"
                                + " name it in AdAccount.withAdvertiserEvents(…)");
    }
}
