// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.outbox.spi.OutboxView;
import dev.epik.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of a shop with a spool, at every step of a move and at random, while its database fails now and then.
 */
@Timeout(900)
class SpoolKillTest {
    private static final List<String> STEPS = List.of(
            "SPOOL STORING:4",
            "SPOOL STORED:4",
            "SPOOL CLAIMED:3",
            "MAIN STORING:20",
            "MAIN STORED:20",
            "SPOOL SETTLING:2",
            "SPOOL SETTLED:2");

    private final Set<String> stored = new TreeSet<>();
    private final Set<String> cancelled = new TreeSet<>();
    private final Set<String> unsure = new TreeSet<>();
    private int processes;

    @TempDir
    private Path directory;

    @BeforeEach
    void empty() throws Exception {
        Postgres.start();
        Databases.empty(Postgres.url());
    }

    @Test
    void killingAtAnyStepLosesAndRepeatsNothing() throws Exception {
        for (String step : STEPS) {
            try (ChildJvm shop = start(step, 40)) {
                shop.awaitLine("STOPPED", this::note);
                shop.kill();
                shop.forEachLine(this::note);
            }
        }
        assertAllIsMoved(STEPS.size() + " steps");
    }

    @Test
    @Tag("full")
    void killingAtRandomLosesAndRepeatsNothing() throws Exception {
        Random random = new Random(7351);
        int rounds = 50;
        for (int i = 0; i < rounds; i++) {
            try (ChildJvm shop = start("nowhere", 60)) {
                shop.awaitLine("OPEN");
                for (int line = random.nextInt(320); line > 0; line--) {
                    note(String.valueOf(shop.readLine()));
                }
                shop.kill();
                shop.forEachLine(this::note);
            }
        }
        assertAllIsMoved(rounds + " times at random");
    }

    private ChildJvm start(String stopAt, int events) throws IOException {
        return new SpoolProcess.Order(Postgres.url(), directory.resolve("spool.db"), stopAt, "p" + ++processes, events)
                .start();
    }

    private void note(String line) {
        String id = line.substring(line.lastIndexOf(' ') + 1);
        if (line.startsWith("STORED ")) {
            stored.add(id);
        } else if (line.startsWith("CANCELLING ")) {
            unsure.add(id);
        } else if (line.startsWith("CANCELLED ") || line.startsWith("UNKNOWN ")) {
            unsure.remove(id);
            stored.remove(id);
            cancelled.add(id);
        }
    }

    private void assertAllIsMoved(String how) throws Exception {
        try (ChildJvm shop = start("nowhere", 0)) {
            shop.awaitLine("IDLE");
            shop.awaitEnd();
        }
        List<String> there = new ArrayList<>();
        try (Connection connection = Databases.of(Postgres.url()).getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT event_id FROM epik_outbox WHERE state = 0")) {
            while (rows.next()) {
                there.add(rows.getString(1));
            }
        }
        Set<String> lost = new TreeSet<>(stored);
        lost.removeAll(unsure);
        lost.removeAll(there);
        Set<String> sentAllTheSame = new TreeSet<>(cancelled);
        sentAllTheSame.retainAll(there);
        System.out.println("EPIK: kill -9, spool, " + how + ": " + stored.size() + " acknowledged, " + lost.size()
                + " lost, " + (there.size() - new TreeSet<>(there).size()) + " repeated, " + cancelled.size()
                + " cancelled, " + sentAllTheSame.size() + " of them not");
        assertEquals(Set.of(), lost);
        assertEquals(Set.of(), sentAllTheSame);
        assertEquals(there.size(), new TreeSet<>(there).size());
        try (OutboxView left = SqliteOutbox.inspect(directory.resolve("spool.db"))) {
            assertEquals(List.of(), left.adAccounts());
        }
        assertTrue(stored.size() > processes * 5 && cancelled.size() > processes, "a test that stored next to nothing");
    }
}
