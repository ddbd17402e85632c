// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.EpikClient;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Submits events of every result, about 30 in a second, by each replica in turn, until it is closed. */
final class ShopLoad implements AutoCloseable {
    /** The ids of events that Pinterest must reject start so. */
    static final String REJECTED = "bad-";

    private static final Visit VISIT =
            Visit.of(Visit.Consent.GRANTED, "the test").withIp("192.0.2.7").withUserAgent("Mozilla/5.0");

    private final List<EpikClient> replicas;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private int round;

    ShopLoad(EpikClient... replicas) {
        this.replicas = List.of(replicas);
    }

    void start() {
        var unused = thread.scheduleWithFixedDelay(this::submitAll, 0, 150, TimeUnit.MILLISECONDS);
    }

    private void submitAll() {
        round++;
        EpikClient epik = replicas.get(round % replicas.size());
        submit(epik, "a-" + round, VISIT.withClickId("dj0yJnU9abc"));
        submit(epik, "b-" + round, VISIT);
        submit(epik, "b-" + round, VISIT); // a duplicate
        submit(epik, "", VISIT); // invalid
        submit(epik, "c-" + round, Visit.of(Visit.Consent.DENIED, "the test"));
        if (round % 15 == 0) { // an odd number, so that each replica does it
            submit(epik, REJECTED + round, VISIT);
            var unused = epik.account("unknown").submit(sale("d-" + round, VISIT)); // not stored
        }
    }

    private static void submit(EpikClient epik, String id, Visit visit) {
        var unused = epik.submit(sale(id, visit));
    }

    private static ConversionEvent sale(String id, Visit visit) {
        return ConversionEvent.checkout(id).visit(visit).build();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
