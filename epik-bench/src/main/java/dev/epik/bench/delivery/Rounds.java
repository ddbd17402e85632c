// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import dev.epik.bench.Measured;
import dev.epik.bench.PostgresServer;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Runs the clients in turns, each time in a new process and with a new stub, and checks that each sale arrives. */
final class Rounds {
    private final String bench;
    private final PostgresServer server;
    private final Map<List<String>, List<Double>> figures = new LinkedHashMap<>();

    private Rounds(String bench, PostgresServer server) {
        this.bench = bench;
        this.server = server;
    }

    static List<Measured> run(String bench, List<ClientRun> turns, int rounds)
            throws IOException, InterruptedException, SQLException {
        try (PostgresServer server = new PostgresServer()) {
            return new Rounds(bench, server).run(turns, rounds);
        }
    }

    private List<Measured> run(List<ClientRun> turns, int rounds)
            throws IOException, InterruptedException, SQLException {
        for (int round = 1; round <= rounds; round++) {
            for (ClientRun turn : turns) {
                take(turn, round);
            }
        }
        return figures.entrySet().stream()
                .map(each ->
                        new Measured(bench, each.getKey().get(0), each.getKey().get(1), each.getValue()))
                .toList();
    }

    private void take(ClientRun turn, int round) throws IOException, InterruptedException, SQLException {
        String database = turn.needsDatabase() ? server.fresh() : "";
        try (CountingStub stub = CountingStub.start()) {
            List<String> words = new ArrayList<>(List.of(stub.uri().toString(), database));
            words.addAll(turn.words());
            List<String> lines = BenchJvm.run(turn.isShort(), ClientProcess.class, words, ClientResult.MARK);
            if (lines.size() != 1) {
                throw new IllegalStateException(turn.way() + " reported " + lines);
            }
            ClientResult result = ClientResult.of(lines.get(0));
            stub.arrivals().mustBe(result.warmedUp(), turn.events());
            double perSecond = turn.events() * 1e9 / result.nanos();
            double cpu = result.cpuNanos() / 1e3 / turn.events();
            double received = (double) stub.arrivals().received() / turn.events();
            note(turn.way(), "events/s", perSecond);
            note(turn.way(), "us/event", cpu);
            note(turn.way(), "received/event", received);
            System.err.printf(
                    Locale.ROOT,
                    "%s, round %d: %-18s %8.0f events/s %7.2f us/event %6.3f received/event%n",
                    bench,
                    round,
                    turn.way(),
                    perSecond,
                    cpu,
                    received);
        } finally {
            if (turn.needsDatabase()) {
                server.dropLast();
            }
        }
    }

    private void note(String way, String figure, double value) {
        figures.computeIfAbsent(List.of(way, figure), none -> new ArrayList<>()).add(value);
    }
}
