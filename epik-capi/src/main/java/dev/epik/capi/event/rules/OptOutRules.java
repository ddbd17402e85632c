// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event.rules;

import dev.epik.capi.event.data.HashedKeys;
import dev.epik.capi.event.data.MatchKey;
import dev.epik.capi.fast.HashInput;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides whether a denial is an opt-out under the law of a US state. Pinterest's Limited Data Processing covers only
 * users to whom such a law applies; the data of all others it would use in full.
 */
public final class OptOutRules {
    /** The filter's reason of a denial by Global Privacy Control alone. */
    public static final String SEC_GPC = "Sec-GPC: 1";

    /** The filter's reason of a denial by the IAB's US Privacy String alone. */
    public static final String US_PRIVACY = "usprivacy";

    /**
     * The states whose comprehensive privacy law was in force on 1 January 2026, with a right to opt out of targeted
     * advertising. Florida is left out, because its law applies to few companies.
     */
    private static final Set<String> STATES = hashes(
            "ca", "co", "ct", "de", "ia", "in", "ky", "md", "mn", "mt", "ne", "nh", "nj", "or", "ri", "tn", "tx", "ut",
            "va");

    private static final Set<String> COUNTRIES = hashes("us");

    private OptOutRules() {}

    /** Returns whether this is the reason of an opt-out, and not that of a visitor's or a banner's denial. */
    public static boolean isOptOut(String reason) {
        return reason.equals(SEC_GPC) || reason.equals(US_PRIVACY);
    }

    /** Returns whether the customer's state and country are known, and every one has a privacy law. */
    public static boolean hasStateLaw(HashedKeys customer) {
        return isAmong(STATES, customer.list(MatchKey.STATE)) && isAmong(COUNTRIES, customer.list(MatchKey.COUNTRY));
    }

    private static boolean isAmong(Set<String> known, List<String> hashes) {
        return !hashes.isEmpty() && known.containsAll(hashes);
    }

    private static Set<String> hashes(String... codes) {
        return Stream.of(codes).map(OptOutRules::hash).collect(Collectors.toUnmodifiableSet());
    }

    private static String hash(String code) {
        try (HashInput value = HashInput.of(code)) {
            return new String(value.sha256(), StandardCharsets.ISO_8859_1);
        }
    }
}
