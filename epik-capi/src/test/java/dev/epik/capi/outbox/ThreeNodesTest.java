// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.ReceivedEvent;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three nodes of a shop on one PostgreSQL. One is killed with claimed events; the server restarts during a claim of
 * another.
 */
@Tag("full")
@Timeout(300)
class ThreeNodesTest {
    private static final int LEASE_OF = 1000;

    private final Set<String> acknowledged = new TreeSet<>();

    @TempDir
    private Path directory;

    private EmbeddedPostgres serve(int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(directory.resolve("data"))
                .setCleanDataDirectory(false)
                .setPort(port)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start();
    }

    @Test
    void killedNodeLosesNothingAndRepeatsAtMostOneLease() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        EmbeddedPostgres server = serve(port);
        String url = server.getJdbcUrl("postgres", "postgres");
        Databases.empty(url);
        try (FakePinterest pinterest = FakePinterest.builder(OutboxProcess.ACCOUNT, OutboxProcess.TOKEN)
                        .start();
                OutboxProcess killed = start(url, pinterest, Duration.ZERO, "CLAIMED:1", "a");
                OutboxProcess amid = start(url, pinterest, Duration.ZERO, "CLAIMING:1", "b");
                OutboxProcess third = start(url, pinterest, Duration.ZERO, "nowhere", "c")) {
            killed.awaitLine("STOPPED", this::note);
            amid.awaitLine("STOPPED", this::note);
            third.awaitLine("STORED", this::note);
            killed.kill();
            server.close();
            server = serve(port);
            amid.go();
            for (OutboxProcess node : List.of(amid, third)) {
                node.awaitLine("DONE", this::note);
                node.finish();
            }
            for (OutboxProcess node : List.of(killed, amid, third)) {
                noteRest(node);
            }
            try (OutboxProcess last = start(url, pinterest, Duration.ofMinutes(4), "nowhere", "d")) {
                noteRest(last); // ends when nothing waits
            }
            assertDelivered(pinterest);
        } finally {
            server.close();
        }
    }

    private static OutboxProcess start(
            String url, FakePinterest pinterest, Duration later, String stopAt, String prefix) throws IOException {
        return OutboxProcess.start(new OutboxProcess.Order(url, pinterest.uri(), later, stopAt, prefix, 100));
    }

    private void noteRest(OutboxProcess node) throws IOException {
        for (String line = node.line(); line != null; line = node.line()) {
            note(line);
        }
    }

    private void note(String line) {
        if (line.startsWith("STORED ")) {
            acknowledged.add(line.substring("STORED ".length()));
        }
        assertTrue(!line.endsWith("Rejected"), line);
    }

    private void assertDelivered(FakePinterest pinterest) {
        List<ReceivedEvent> received = pinterest.received();
        Set<String> ids = new HashSet<>();
        received.forEach(event -> ids.add(event.id()));
        Set<String> lost = new TreeSet<>(acknowledged);
        lost.removeAll(ids);
        int twice = received.size() - ids.size();
        System.out.println("EPIK: three nodes on one PostgreSQL, one killed mid-claim, the server restarted mid-claim: "
                + acknowledged.size() + " acknowledged, " + lost.size() + " lost, " + twice + " sent twice");
        assertEquals(Set.of(), lost);
        assertTrue(twice <= LEASE_OF, twice + " sent twice");
    }
}
