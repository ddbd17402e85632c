// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

/** One servlet container on a free loopback port, with one exploded WAR at its root. */
interface Container extends AutoCloseable {
    int port();

    @Override
    void close();
}
