// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Makes a short key of the text of a failure, which is equal for equal causes. Digits are left out, because they are
 * mostly counts. The key is stored with suspects, so it must be the same on each node and after a restart. A pure
 * function.
 */
final class TroubleKey {
    private static final Pattern DIGITS = Pattern.compile("\\d+");

    private TroubleKey() {}

    /** Returns the key of a failure that does not name events. */
    static String ofTrouble(int status, String reason) {
        return status + "-" + hash(reason);
    }

    /** Returns the key of a result that names the event as failed. */
    static String ofFailed(String reason) {
        return "failed-" + hash(reason);
    }

    /** Returns the text without its digits, so that it is equal for events that failed for one cause. */
    static String withoutDigits(String text) {
        return DIGITS.matcher(text).replaceAll("");
    }

    /** Returns a hash that is the same everywhere, because {@link String#hashCode()} is specified. */
    private static String hash(String text) {
        return String.format(Locale.ROOT, "%08x", withoutDigits(text).hashCode());
    }
}
