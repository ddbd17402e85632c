// SPDX-License-Identifier: Apache-2.0
package dev.epik.micrometer.operations;

import dev.epik.capi.EpikClient;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Submits events of every result, about 25 in a second, until it is closed. */
final class Load implements AutoCloseable {
    /** The ids of events that Pinterest must reject start so. */
    static final String REJECTED = "bad-";

    private static final Visit VISIT =
            Visit.of(Visit.Consent.GRANTED, "the test").withIp("192.0.2.7").withUserAgent("Mozilla/5.0");

    private final EpikClient epik;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private int round;

    private Load(EpikClient epik) {
        this.epik = epik;
    }

    static Load on(EpikClient epik) {
        Load load = new Load(epik);
        var unused = load.thread.scheduleWithFixedDelay(load::submit, 0, 200, TimeUnit.MILLISECONDS);
        return load;
    }

    private void submit() {
        round++;
        submit("a-" + round, VISIT.withClickId("dj0yJnU9abc"));
        submit("b-" + round, VISIT);
        submit("b-" + round, VISIT); // a duplicate
        submit("", VISIT); // invalid
        submit("c-" + round, Visit.of(Visit.Consent.DENIED, "the test"));
        if (round % 10 == 0) {
            submit(REJECTED + round, VISIT);
            var unused = epik.account("unknown").submit(sale("d-" + round, VISIT)); // not stored
        }
    }

    private void submit(String id, Visit visit) {
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
