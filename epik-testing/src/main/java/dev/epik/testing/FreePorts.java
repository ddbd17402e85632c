// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of the loopback address for servers that a test restarts on the same port. They are below the range from which
 * the kernel takes ports of outgoing connections. Otherwise a client that reconnects to a killed server could get the
 * server's own port, and the restart would fail.
 */
public final class FreePorts {
    private static final int MIN_PORT = 20_000;
    private static final int MAX_PORT = 32_767;
    private static final Set<Integer> GIVEN = new HashSet<>();

    private FreePorts() {}

    /** Returns a free port. A port is returned once in this JVM. */
    public static synchronized int next() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(MIN_PORT, MAX_PORT + 1);
            if (!GIVEN.contains(port) && isFree(port)) {
                GIVEN.add(port);
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException ignored) {
            return false; // in use
        }
    }
}
