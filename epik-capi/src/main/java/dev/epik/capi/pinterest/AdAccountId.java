// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import java.util.regex.Pattern;

/** The form of ad account ids: a pure function. */
public final class AdAccountId {
    private static final Pattern VALID = Pattern.compile("[0-9]{1,18}");

    private AdAccountId() {}

    /** Returns whether the text is 1 to 18 digits, as the published API requires. */
    public static boolean isValid(String id) {
        return VALID.matcher(id).matches();
    }
}
