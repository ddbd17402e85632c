// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

/** When the filter's cookies get the attribute {@code Secure}. */
public enum Secure {
    /** If the visitor's browser used https, as the request or a proxy's header reports. The default. */
    AUTO,
    /** Always. For shops on https whose proxy does not report the scheme. */
    ALWAYS,
    /** Never. For tests without TLS. */
    NEVER
}
