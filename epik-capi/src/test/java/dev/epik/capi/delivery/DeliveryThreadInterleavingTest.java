// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.Mode;
import dev.epik.capi.SilentLog;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.pinterest.Reply;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Searches the interleavings of threads that replace a {@link DeliveryThread} with a model checker. */
@Timeout(120)
class DeliveryThreadInterleavingTest {
    private static final int INTERLEAVINGS = 50;

    @RegisterExtension
    static final SilentLog LOG = SilentLog.of(DeliveryEngine.class);

    /** Returns an engine that is never run. */
    private static DeliveryEngine engine() {
        return new DeliveryEngine(
                MemoryOutbox.ofCapacity(1),
                (id, token, events) -> CompletableFuture.completedFuture(new Reply.Settled(List.of())),
                new AccountTokens(),
                id -> Optional.empty(),
                DeliveryOptions.of(Mode.LIVE, Clock.systemUTC()),
                Time.system(Clock.systemUTC()),
                new SplittableRandom(1),
                () -> {});
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Keeps a thread alive until it is opened. */
    private static final class Gate {
        private boolean open;

        private synchronized void pass() {
            try {
                while (!open) {
                    wait();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private synchronized void open() {
            open = true;
            notifyAll();
        }
    }

    @Test
    void concurrentChecksReplaceAnEndedThreadOnce() {
        DeliveryEngine engine = engine();
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            Gate gate = new Gate();
            AtomicInteger made = new AtomicInteger();
            DeliveryThread thread =
                    new DeliveryThread(work -> new Thread(made.getAndIncrement() == 0 ? () -> {} : gate::pass));
            thread.start(engine);
            Thread watchdog = new Thread(thread::ensureAlive);
            watchdog.start();
            thread.ensureAlive();
            join(watchdog);
            gate.open();
            if (made.get() > 2 || thread.replaced() != made.get() - 1) {
                throw new AssertionError(made + " threads, " + thread.replaced() + " replaced");
            }
        });
    }
}
