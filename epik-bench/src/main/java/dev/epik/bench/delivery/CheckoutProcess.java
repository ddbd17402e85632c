// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import dev.epik.bench.Sale;
import dev.epik.bench.Scratch;
import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.outbox.SqliteOutbox;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;

/** A shop with one checkout, in each state of Pinterest's by turns; each time with a client and a file of its own. */
final class CheckoutProcess {
    /** A thread that sleeps to the very moment comes late. */
    private static final long AWAKE_NANOS = 200_000;

    private CheckoutProcess() {}

    /** Takes where Pinterest is in each of its states, and the words of a {@link CheckoutTurn}. */
    public static void main(String[] arguments) throws IOException {
        Logger.getLogger("").setLevel(Level.OFF); // that Pinterest is down is said, and meant to be
        List<String> words = List.of(arguments);
        Pinterest[] states = Pinterest.values();
        CheckoutTurn turn = CheckoutTurn.of(words.subList(states.length, words.size()));
        if (turn.warmUp() > 0) {
            run(Pinterest.HEALTHY, URI.create(words.get(0)), sales(0, turn.warmUp()), turn.perSecond());
        }
        for (int round = 0; round < turn.rounds(); round++) {
            List<Sale> sales = sales(Tally.MEASURED + round * turn.submits(), turn.submits());
            for (int i = 0; i < states.length; i++) {
                URI where = URI.create(words.get(i));
                System.out.println(CheckoutTook.of(states[i], run(states[i], where, sales, turn.perSecond()))
                        .line());
            }
        }
        System.exit(0);
    }

    private static long[] run(Pinterest state, URI where, List<Sale> sales, int perSecond) throws IOException {
        try (Scratch scratch = new Scratch();
                SqliteOutbox outbox = SqliteOutbox.open(scratch.file("outbox.db"))) {
            long[] waited;
            try (EpikClient client = EpikClient.builder(
                            Mode.LIVE, AdAccount.of(Ours.ACCOUNT, "token-of-the-bench"), outbox)
                    .baseUrl(where)
                    .shutdownTimeout(state == Pinterest.HEALTHY ? Duration.ofSeconds(30) : Duration.ofMillis(1))
                    .open()) {
                waited = submit(client, sales, TimeUnit.SECONDS.toNanos(1) / perSecond);
            }
            int waiting = outbox.backlog(Ours.ACCOUNT).waiting();
            if (waiting != (state == Pinterest.HEALTHY ? 0 : sales.size())) {
                throw new IllegalStateException(waiting + " sales wait while Pinterest is " + state);
            }
            return waited;
        }
    }

    /** Each counts from the moment it was due: who comes while the one before is served waits as well. */
    private static long[] submit(EpikClient client, List<Sale> sales, long interval) {
        long[] waited = new long[sales.size()];
        long start = System.nanoTime() + interval;
        for (int i = 0; i < waited.length; i++) {
            long due = start + i * interval;
            awaitTime(due);
            Ours.mustBeStored(client.submit(sales.get(i).event()));
            waited[i] = System.nanoTime() - due;
        }
        return waited;
    }

    private static void awaitTime(long due) {
        long left = due - System.nanoTime();
        while (left > 0) {
            if (left > AWAKE_NANOS) {
                LockSupport.parkNanos(left - AWAKE_NANOS);
            } else {
                Thread.onSpinWait();
            }
            left = due - System.nanoTime();
        }
    }

    private static List<Sale> sales(int from, int count) {
        return IntStream.range(from, from + count).mapToObj(Sale::of).toList();
    }
}
