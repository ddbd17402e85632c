// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

/** Why an {@code epik} on a URL is no click id. */
public enum Refusal {
    /** {@code epik=}, or {@code epik} alone. */
    EMPTY,
    /** Longer than the setting {@code max-length}. */
    LENGTH,
    /** Something outside the alphabet, or a broken escape. */
    CHARACTERS
}
