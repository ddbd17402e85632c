// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;

/** The states of Pinterest in {@link CheckoutBench}. */
enum PinterestState {
    HEALTHY,
    /** Refuses connections. */
    DOWN,
    /** Accepts connections, reads requests, and never responds. */
    STALLED,
    /** Responds 429 with {@code Retry-After: 2}. */
    THROTTLING;

    String label() {
        return switch (this) {
            case HEALTHY -> "healthy";
            case DOWN -> "down";
            case STALLED -> "stalled";
            case THROTTLING -> "throttling";
        };
    }

    /** Returns a URL that refuses connections. */
    static URI nowhere() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + free.getLocalPort());
        }
    }
}
