// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;

/** Pinterest in the states it may be in while a shop sells. */
enum Pinterest {
    HEALTHY,
    /** Nobody listens. */
    DOWN,
    /** Accepts, reads, and never answers. */
    STALLED,
    /** Takes nothing, and says to come again in two seconds. */
    THROTTLING;

    String label() {
        return switch (this) {
            case HEALTHY -> "healthy";
            case DOWN -> "down";
            case STALLED -> "stalled";
            case THROTTLING -> "throttling";
        };
    }

    /** Where connections are refused. */
    static URI nowhere() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + free.getLocalPort());
        }
    }
}
