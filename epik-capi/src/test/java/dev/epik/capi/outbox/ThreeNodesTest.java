// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.ChildJvm;
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

    @Test
    void killedNodeLosesNothingAndRepeatsAtMostOneLease() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        EmbeddedPostgres server = Postgres.serve(directory.resolve("data"), port);
        String url = server.getJdbcUrl("postgres", "postgres");
        Databases.empty(url);
        try (FakePinterest pinterest =
                        FakePinterest.builder(ACCOUNT, OutboxProcess.TOKEN).start();
                ChildJvm killed = start(url, pinterest, Duration.ZERO, "CLAIMED:1", "a");
                ChildJvm amid = start(url, pinterest, Duration.ZERO, "CLAIMING:1", "b");
                ChildJvm third = start(url, pinterest, Duration.ZERO, "nowhere", "c")) {
            killed.awaitLine("STOPPED", this::note);
            amid.awaitLine("STOPPED", this::note);
            third.awaitLine("STORED", this::note);
            killed.kill();
            server.close();
            server = Postgres.serve(directory.resolve("data"), port);
            amid.send(OutboxProcess.CONTINUE);
            for (ChildJvm node : List.of(amid, third)) {
                node.awaitLine("DONE", this::note);
                node.send(OutboxProcess.FINISH);
            }
            for (ChildJvm node : List.of(killed, amid, third)) {
                node.forEachLine(this::note);
            }
            try (ChildJvm last = start(url, pinterest, Duration.ofMinutes(4), "nowhere", "d")) {
                last.forEachLine(this::note); // ends when nothing waits
            }
            assertDelivered(pinterest);
        } finally {
            server.close();
        }
    }

    private static ChildJvm start(String url, FakePinterest pinterest, Duration later, String stopAt, String prefix)
            throws IOException {
        return new OutboxProcess.Order(url, pinterest.uri(), later, stopAt, prefix, 100).start();
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
