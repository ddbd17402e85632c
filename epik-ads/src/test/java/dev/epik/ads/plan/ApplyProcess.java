// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import dev.epik.ads.AdsClient;
import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.testing.ChildJvm;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A process that applies a plan file. It prints {@code STOP} at a point of a write, and waits there to be killed. */
final class ApplyProcess {
    private ApplyProcess() {}

    static ChildJvm start(URI api, Path file, int write, String point) throws IOException {
        return ChildJvm.start(ChildJvm.prepare(
                ChildJvm.QUICK, ApplyProcess.class, api.toString(), file.toString(), "" + write, point));
    }

    public static void main(String[] arguments) {
        int write = Integer.parseInt(arguments[2]);
        AtomicInteger announced = new AtomicInteger();
        try (AdsClient ads = AdsClient.builder(AdAccount.of("549755885175", AccessToken.of("pina_test")))
                .api(URI.create(arguments[0]))
                .open()) {
            AdsPlanner planner = PlanFixture.planner(ads, Clock.systemUTC(), point -> {
                int now = point == Applier.CrashPoint.ANNOUNCED ? announced.incrementAndGet() : announced.get();
                if (now == write && point.name().equals(arguments[3])) {
                    System.out.println("STOP");
                    waitForever();
                }
            });
            System.out.println("BEGIN");
            System.out.println("END "
                    + planner.apply(planner.plan(PlanFile.read(Path.of(arguments[1]))))
                            .isComplete());
        }
    }

    private static void waitForever() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
