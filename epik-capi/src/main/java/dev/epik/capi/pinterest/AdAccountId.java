// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

/** The form of ad account ids: a pure function. */
public final class AdAccountId {
    private static final int MAX_LENGTH = 18;

    private AdAccountId() {}

    /** Returns whether the text is 1 to 18 digits, as the published API requires. */
    public static boolean isValid(String id) {
        for (int i = 0; i < id.length(); i++) {
            if (id.charAt(i) < '0' || id.charAt(i) > '9') {
                return false;
            }
        }
        return !id.isEmpty() && id.length() <= MAX_LENGTH;
    }
}
