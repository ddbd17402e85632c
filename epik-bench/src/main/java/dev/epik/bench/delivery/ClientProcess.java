// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import com.sun.management.OperatingSystemMXBean;
import dev.epik.bench.Sale;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;

/** Runs one client in its own process: warms up, delivers, and prints the result on one line. */
final class ClientProcess {
    private static final int PAUSE_MILLIS = 5;

    private ClientProcess() {}

    /** Takes the stub's URL, the database's URL or nothing, and the words of a {@link ClientRun}. */
    public static void main(String[] arguments) throws Exception {
        Logger.getLogger("").setLevel(Level.WARNING);
        List<String> words = List.of(arguments);
        URI stub = URI.create(words.get(0));
        ClientRun turn = ClientRun.of(words.subList(2, words.size()));
        try (DeliveryClient client = DeliveryClients.open(turn.way(), stub, words.get(1))) {
            System.out.println(run(client, stub, turn).line());
        }
        System.exit(0); // some libraries leave threads running
    }

    private static ClientResult run(DeliveryClient client, URI stub, ClientRun turn) throws Exception {
        int warmedUp = warmUp(client, stub, turn);
        List<Sale> sales = sales(ArrivalCounter.MEASURED, turn.events());
        System.gc();
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long cpu = system.getProcessCpuTime();
        long start = System.nanoTime();
        deliver(client, stub, ArrivalCounter.MEASURED, sales);
        return new ClientResult(warmedUp, System.nanoTime() - start, system.getProcessCpuTime() - cpu);
    }

    private static int warmUp(DeliveryClient client, URI stub, ClientRun turn) throws Exception {
        int done = 0;
        if (turn.warmUpSeconds() > 0) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(turn.warmUpSeconds());
            while (System.nanoTime() < end || done < ClientRun.WARM_UP_TIMES * turn.events()) {
                deliver(client, stub, done, sales(done, turn.chunk()));
                done += turn.chunk();
            }
        }
        return done;
    }

    private static void deliver(DeliveryClient client, URI stub, int from, List<Sale> sales) throws Exception {
        client.deliver(sales);
        CountingStub.await(stub, from, from + sales.size());
        while (!client.isSettled()) {
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    /** Creates the sales before the measurement, because creating them is not part of delivery. */
    private static List<Sale> sales(int from, int count) {
        return IntStream.range(from, from + count).mapToObj(Sale::of).toList();
    }
}
