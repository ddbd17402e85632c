// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing;

/** Ids that tests use. */
public final class TestIds {
    /** The ad account of a test that does not need several. */
    public static final String ACCOUNT = "549755885175";

    private TestIds() {}
}
