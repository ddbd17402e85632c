// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.lists;

/** The two forms of rows that a customer list takes. A list keeps its form. */
public enum ListForm {
    /** {@code records}: hashed emails, which every version of the API takes. */
    EMAILS,
    /**
     * {@code records_v2} of the API 5.28: a row has several fields. Email, phone and maid are hashed, others are not.
     */
    ROWS
}
