// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.capi.Mode;
import dev.epik.capi.TokenSource.TokenResult;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.pinterest.Reply;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jetbrains.lincheck.Lincheck;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Searches the interleavings of threads that replace a {@link DeliveryThread} with a model checker. */
@Timeout(120)
class DeliveryThreadInterleavingTest {
    private static final int INTERLEAVINGS = 50;
    private static final Logger LOG = Logger.getLogger(DeliveryEngine.class.getName());
    private static @Nullable Level before;

    @BeforeAll
    static void silenceTheLog() {
        before = LOG.getLevel();
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void restoreTheLog() {
        LOG.setLevel(before);
    }

    /** Returns an engine that is never run. */
    private static DeliveryEngine engine() {
        Tokens tokens = new Tokens() {
            @Override
            public CompletableFuture<TokenResult> token(AdAccount account) {
                return CompletableFuture.completedFuture((AccessToken) account.tokens());
            }

            @Override
            public CompletableFuture<TokenResult> renewed(AdAccount account, AccessToken refused) {
                return CompletableFuture.completedFuture(refused);
            }
        };
        return new DeliveryEngine(
                MemoryOutbox.ofCapacity(1),
                (id, token, events) -> CompletableFuture.completedFuture(new Reply.Settled(List.of())),
                tokens,
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
