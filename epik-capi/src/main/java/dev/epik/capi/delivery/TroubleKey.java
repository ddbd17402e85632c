// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Makes a short key of a trouble's text that is equal for equal causes: digits, which count and number things, are left
 * out. It is stored with suspects, so it must be the same on each node and after a restart. A pure function.
 */
final class TroubleKey {
    private static final Pattern DIGITS = Pattern.compile("\\d+");

    private TroubleKey() {}

    /** Returns the key of a trouble that judges no event by name. */
    static String ofTrouble(int status, String reason) {
        return status + "-" + hash(reason);
    }

    /** Returns the key of a result that names the event as failed. */
    static String ofFailed(String reason) {
        return "failed-" + hash(reason);
    }

    /** Returns the text without its digits: two events that failed for one cause have the same. */
    static String withoutDigits(String text) {
        return DIGITS.matcher(text).replaceAll("");
    }

    /** {@link String#hashCode()} is specified, so that it is the same everywhere. */
    private static String hash(String text) {
        return String.format(Locale.ROOT, "%08x", withoutDigits(text).hashCode());
    }
}
