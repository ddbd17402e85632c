// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit.ads;

/** JSON's null. */
public enum JsonNull {
    NULL;

    @Override
    public String toString() {
        return "null";
    }
}
