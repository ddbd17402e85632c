// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

/** Why an {@code epik} in a URL is not a valid click id. */
public enum Refusal {
    /** It has no value: {@code epik=}, or {@code epik} alone. */
    EMPTY,
    /** It is longer than the setting {@code max-length}. */
    LENGTH,
    /** It has a character outside the alphabet, or a broken escape. */
    CHARACTERS
}
