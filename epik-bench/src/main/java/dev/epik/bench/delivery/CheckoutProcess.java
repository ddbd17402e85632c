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

/** An application with one checkout, in each state of Pinterest in turns, each time with a new client and file. */
final class CheckoutProcess {
    /** The last part of the wait is spent spinning, because a sleeping thread wakes up late. */
    private static final long SPIN_NANOS = 200_000;

    private CheckoutProcess() {}

    /** Takes the URLs of Pinterest in each state, and the words of a {@link CheckoutRun}. */
    public static void main(String[] arguments) throws IOException {
        Logger.getLogger("").setLevel(Level.OFF); // warnings about the outage are expected
        List<String> words = List.of(arguments);
        PinterestState[] states = PinterestState.values();
        CheckoutRun turn = CheckoutRun.of(words.subList(states.length, words.size()));
        if (turn.warmUp() > 0) {
            run(PinterestState.HEALTHY, URI.create(words.get(0)), sales(0, turn.warmUp()), turn.perSecond());
        }
        for (int round = 0; round < turn.rounds(); round++) {
            List<Sale> sales = sales(ArrivalCounter.MEASURED + round * turn.submits(), turn.submits());
            for (int i = 0; i < states.length; i++) {
                URI where = URI.create(words.get(i));
                System.out.println(CheckoutResult.of(states[i], run(states[i], where, sales, turn.perSecond()))
                        .line());
            }
        }
        System.exit(0);
    }

    private static long[] run(PinterestState state, URI where, List<Sale> sales, int perSecond) throws IOException {
        try (Scratch scratch = new Scratch();
                SqliteOutbox outbox = SqliteOutbox.open(scratch.file("outbox.db"))) {
            long[] waited;
            try (EpikClient client = EpikClient.builder(
                            Mode.LIVE, AdAccount.of(Ours.ACCOUNT, "token-of-the-bench"), outbox)
                    .keepOutboxOpen()
                    .baseUrl(where)
                    .shutdownTimeout(state == PinterestState.HEALTHY ? Duration.ofSeconds(30) : Duration.ofMillis(1))
                    .open()) {
                waited = submit(client, sales, TimeUnit.SECONDS.toNanos(1) / perSecond);
            }
            int waiting = outbox.backlog(Ours.ACCOUNT).waiting();
            if (waiting != (state == PinterestState.HEALTHY ? 0 : sales.size())) {
                throw new IllegalStateException(waiting + " sales are waiting while Pinterest is " + state);
            }
            return waited;
        }
    }

    /** Measures each submit from the moment it was due, so that waiting for the previous one counts. */
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
            if (left > SPIN_NANOS) {
                LockSupport.parkNanos(left - SPIN_NANOS);
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
