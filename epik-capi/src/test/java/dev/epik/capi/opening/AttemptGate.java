// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.opening;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/** Holds up the next attempt to open until the test allows it, and notes how long it would have waited. */
public final class AttemptGate implements RetriedOpening.Wait {
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
    public void awaitFailure() throws InterruptedException {
        arrived.acquire();
    }

    /** Lets the next attempt begin. */
    public void allowAttempt() {
        allowed.release();
    }

    /** Returns the waits so far. */
    public List<Duration> waits() {
        return List.copyOf(waits);
    }
}
