// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.lists;

/** A reason for which a list cannot be changed, with the cure. The message has no personal data. */
public final class ListException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    static final String START_AGAIN =
            "Restore the directory from a backup, or delete the list at Pinterest and begin with" + " a new directory";

    ListException(String message) {
        super(message, null, false, false); // no cause: its message could quote a row
    }
}
