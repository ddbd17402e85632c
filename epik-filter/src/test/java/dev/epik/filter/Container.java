// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

/**
 * One servlet container on free loopback ports, with one exploded WAR at its root. Both ports speak HTTP/1.1 and
 * HTTP/2.
 */
interface Container extends AutoCloseable {
    int port();

    int tlsPort();

    @Override
    void close();
}
