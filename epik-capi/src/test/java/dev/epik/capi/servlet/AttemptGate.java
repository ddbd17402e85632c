// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/** Holds up the next attempt to open until the test allows it, and notes how long it would have waited. */
final class AttemptGate implements RetriedOpening.Wait {
    private final List<Duration> waits = new CopyOnWriteArrayList<>();
    private final Semaphore arrived = new Semaphore(0);
    private final Semaphore allowed = new Semaphore(0);

    @Override
    public void between(Duration time) throws InterruptedException {
        waits.add(time);
        arrived.release();
        allowed.acquire();
    }

    /** Waits until the last attempt has failed and the next one is held up. */
    void awaitFailure() throws InterruptedException {
        arrived.acquire();
    }

    void allowAttempt() {
        allowed.release();
    }

    List<Duration> waits() {
        return List.copyOf(waits);
    }
}
