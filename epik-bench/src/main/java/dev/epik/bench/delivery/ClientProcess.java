// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import com.sun.management.OperatingSystemMXBean;
import dev.epik.bench.Sale;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;

/** One way in a process of its own: it warms up, delivers, and reports on one line what that took. */
final class ClientProcess {
    private static final int PAUSE_MILLIS = 5;

    private ClientProcess() {}

    /** Takes the stub, the database or nothing, and the words of a {@link Turn}. */
    public static void main(String[] arguments) throws Exception {
        Logger.getLogger("").setLevel(Level.WARNING);
        List<String> words = List.of(arguments);
        URI stub = URI.create(words.get(0));
        Turn turn = Turn.of(words.subList(2, words.size()));
        try (Way way = Ways.open(turn.way(), stub, words.get(1))) {
            System.out.println(run(way, stub, turn).line());
        }
        System.exit(0); // some peers leave threads
    }

    private static Took run(Way way, URI stub, Turn turn) throws Exception {
        int warmedUp = warmUp(way, stub, turn);
        List<Sale> sales = sales(Tally.MEASURED, turn.events());
        System.gc();
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long cpu = system.getProcessCpuTime();
        long start = System.nanoTime();
        deliver(way, stub, Tally.MEASURED, sales);
        return new Took(warmedUp, System.nanoTime() - start, system.getProcessCpuTime() - cpu);
    }

    private static int warmUp(Way way, URI stub, Turn turn) throws Exception {
        int done = 0;
        if (turn.warmUpSeconds() > 0) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(turn.warmUpSeconds());
            while (System.nanoTime() < end || done < Turn.WARM_UP_TIMES * turn.events()) {
                deliver(way, stub, done, sales(done, turn.chunk()));
                done += turn.chunk();
            }
        }
        return done;
    }

    private static void deliver(Way way, URI stub, int from, List<Sale> sales) throws Exception {
        way.deliver(sales);
        awaitArrival(CountingStub.await(stub, from, from + sales.size()));
        while (!way.isSettled()) {
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private static void awaitArrival(URI question) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) question.toURL().openConnection();
        if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
            throw new IOException("Not all sales arrived");
        }
        connection.disconnect();
    }

    /** Made beforehand: the shop has its orders, and what they cost is nobody's delivery. */
    private static List<Sale> sales(int from, int count) {
        return IntStream.range(from, from + count).mapToObj(Sale::of).toList();
    }
}
