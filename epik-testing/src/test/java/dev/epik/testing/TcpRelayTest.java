// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TcpRelayTest {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final TcpRelay relay = TcpRelay.start(server.getLocalPort());

    TcpRelayTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        relay.close();
        server.close();
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), relay.port());
        client.setSoTimeout(30_000);
        return client;
    }

    @Test
    void forwardsBothDirectionsAndTheEndOfAStream() throws Exception {
        try (Socket client = connect();
                Socket accepted = server.accept()) {
            client.getOutputStream().write(7);
            assertEquals(7, accepted.getInputStream().read());
            accepted.getOutputStream().write(8);
            assertEquals(8, client.getInputStream().read());
            accepted.shutdownOutput();
            assertEquals(-1, client.getInputStream().read());
            assertEquals(1, relay.connections());
        }
    }

    @Test
    void frozenConnectionIsSilentAndANewOneIsForwarded() throws Exception {
        try (Socket old = connect();
                Socket accepted = server.accept()) {
            old.getOutputStream().write(7);
            assertEquals(7, accepted.getInputStream().read());
            relay.freezeConnections();
            accepted.getOutputStream().write(8);
            accepted.shutdownOutput();
            old.setSoTimeout(200);
            assertThrows(
                    SocketTimeoutException.class, () -> old.getInputStream().read());
            try (Socket fresh = connect();
                    Socket acceptedToo = server.accept()) {
                acceptedToo.getOutputStream().write(9);
                assertEquals(9, fresh.getInputStream().read());
            }
        }
    }
}
