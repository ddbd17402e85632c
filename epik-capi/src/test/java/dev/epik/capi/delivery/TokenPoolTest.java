// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.capi.TokenSource;
import dev.epik.capi.TokenSource.TokenResult;
import dev.epik.capi.TokenSource.Unavailable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TokenPoolTest {
    private static final AccessToken TOKEN = AccessToken.of("a-token");

    private final ManualTimer timer = new ManualTimer();
    private final TokenPool pool = new TokenPool(timer);

    /** Opened at the end of each test, so that no source hangs beyond it. */
    private final CountDownLatch open = new CountDownLatch(1);

    @AfterEach
    void close() {
        open.countDown();
        pool.close();
    }

    /** A source whose two methods do the same. */
    private record Source(Callable<TokenResult> answer) implements TokenSource {
        @Override
        public TokenResult token() {
            return get();
        }

        @Override
        public TokenResult renewed(AccessToken refused) {
            return get();
        }

        private TokenResult get() {
            try {
                return answer.call();
            } catch (Throwable e) {
                throw TokenPoolTest.<RuntimeException>sneaky(e);
            }
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T sneaky(Throwable e) throws T {
        throw (T) e;
    }

    private static AdAccount account(Callable<TokenResult> answer) {
        return AdAccount.of("1", new Source(answer));
    }

    /** Returns an account whose source ignores interrupts. */
    private AdAccount hanging(CountDownLatch entered) {
        return account(() -> {
            entered.countDown();
            while (true) {
                try {
                    open.await();
                    return TOKEN;
                } catch (InterruptedException ignored) {
                    // ignored on purpose
                }
            }
        });
    }

    private static TokenResult get(CompletableFuture<TokenResult> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    private static String reason(CompletableFuture<TokenResult> future) throws Exception {
        return assertInstanceOf(Unavailable.class, get(future)).reason();
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertTrue(latch.await(60, TimeUnit.SECONDS));
    }

    /** Asks a hanging source, waits until it hangs, and lets its limit pass. */
    private CompletableFuture<TokenResult> holdAThread(AdAccount account, CountDownLatch entered) throws Exception {
        CompletableFuture<TokenResult> answer = pool.token(account);
        await(entered);
        timer.expire();
        return answer;
    }

    @Test
    void accessTokenAnswersInTheCallingThread() throws Exception {
        AdAccount account = AdAccount.of("1", TOKEN);
        assertTrue(pool.token(account).isDone());
        assertEquals(TOKEN, get(pool.token(account)));
        assertEquals(TOKEN, get(pool.renewed(account, TOKEN)));
    }

    @Test
    void anotherSourceIsAskedOnADaemonThreadOfThePool() throws Exception {
        Queue<Thread> threads = new ConcurrentLinkedQueue<>();
        AdAccount account = account(() -> {
            threads.add(Thread.currentThread());
            return TOKEN;
        });
        assertEquals(TOKEN, get(pool.token(account)));
        assertEquals(TOKEN, get(pool.renewed(account, TOKEN)));
        for (Thread thread : threads) {
            assertEquals("epik-tokens", thread.getName());
            assertTrue(thread.isDaemon());
        }
    }

    @Test
    void callersDuringACallShareItsResult() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch entered = new CountDownLatch(1);
        AdAccount account = account(() -> {
            calls.incrementAndGet();
            entered.countDown();
            open.await();
            return TOKEN;
        });
        CompletableFuture<TokenResult> first = pool.token(account);
        await(entered);
        CompletableFuture<TokenResult> cancelled = pool.token(account);
        CompletableFuture<TokenResult> third = pool.token(account);
        cancelled.cancel(true);
        open.countDown();
        assertEquals(TOKEN, get(first));
        assertEquals(TOKEN, get(third));
        assertEquals(1, calls.get());
    }

    @Test
    void aSourceIsAskedOnceAtATimeAndRenewalsAreShared() throws Exception {
        Queue<String> calls = new ConcurrentLinkedQueue<>();
        CountDownLatch entered = new CountDownLatch(1);
        AdAccount account = AdAccount.of("1", new TokenSource() {
            @Override
            public TokenResult token() throws InterruptedException {
                calls.add("token");
                entered.countDown();
                open.await();
                calls.add("token returns");
                return TOKEN;
            }

            @Override
            public TokenResult renewed(AccessToken refused) {
                calls.add("renewed");
                return AccessToken.of("another");
            }
        });
        CompletableFuture<TokenResult> token = pool.token(account);
        await(entered);
        CompletableFuture<TokenResult> one = pool.renewed(account, TOKEN);
        CompletableFuture<TokenResult> other = pool.renewed(account, AccessToken.of("older"));
        assertFalse(one.isDone());
        open.countDown();
        assertEquals(TOKEN, get(token));
        assertEquals(AccessToken.of("another"), get(one));
        assertEquals(AccessToken.of("another"), get(other));
        assertEquals(List.of("token", "token returns", "renewed"), List.copyOf(calls));
    }

    @Test
    void hangingSourcesDelayNoOthers() throws Exception {
        CountDownLatch entered = new CountDownLatch(TokenPool.MAX_ACTIVE);
        List<CompletableFuture<TokenResult>> hanging = new ArrayList<>();
        for (int i = 0; i < TokenPool.MAX_ACTIVE; i++) {
            hanging.add(pool.token(hanging(entered)));
        }
        await(entered);
        CompletableFuture<TokenResult> other = pool.token(account(() -> TOKEN));
        assertFalse(other.isDone(), "all threads are taken");
        timer.expire();
        assertEquals(TOKEN, get(other));
        for (CompletableFuture<TokenResult> each : hanging) {
            assertTrue(reason(each).contains("did not answer within 10 s"), reason(each));
        }
    }

    @Test
    void callOverItsLimitIsInterruptedAndItsLateAnswerIsDropped() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        AdAccount account = account(() -> {
            entered.countDown();
            try {
                open.await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return TOKEN;
        });
        CompletableFuture<TokenResult> answer = holdAThread(account, entered);
        await(interrupted);
        assertTrue(reason(answer).contains("did not answer within 10 s"));
    }

    @Test
    void aSourceThatHeldTheMaximumOfThreadsIsAskedAgainWhenOneEnds() throws Exception {
        CountDownLatch[] entered = {new CountDownLatch(1)};
        AdAccount account = account(() -> {
            entered[0].countDown();
            boolean interrupted = false;
            while (open.getCount() > 0) {
                try {
                    open.await();
                } catch (InterruptedException ignored) {
                    interrupted = true; // and keeps hanging
                }
            }
            return interrupted ? new Unavailable("interrupted", Optional.empty(), false) : TOKEN;
        });
        for (int i = 0; i < TokenPool.MAX_STUCK_OF_A_SOURCE; i++) {
            entered[0] = new CountDownLatch(1);
            assertTrue(reason(holdAThread(account, entered[0])).contains("did not answer"));
        }
        CompletableFuture<TokenResult> refused = pool.token(account);
        assertTrue(refused.isDone());
        assertTrue(reason(refused).contains("has not returned from 4 earlier calls"), reason(refused));
        assertEquals(TOKEN, get(pool.token(account(() -> TOKEN))), "other sources are asked");
        open.countDown();
        while (!get(pool.token(account)).equals(TOKEN)) {
            Thread.onSpinWait(); // the threads are ending
        }
    }

    @Test
    void threadsNeverExceedTheMaximum() throws Exception {
        for (int i = 0; i < TokenPool.MAX_THREADS; i++) {
            CountDownLatch entered = new CountDownLatch(1);
            assertTrue(reason(holdAThread(hanging(entered), entered)).contains("did not answer"));
        }
        CompletableFuture<TokenResult> refused = pool.token(account(() -> TOKEN));
        assertTrue(refused.isDone());
        assertTrue(reason(refused).contains("All 64 threads"), reason(refused));
        open.countDown();
        while (!get(pool.token(account(() -> TOKEN))).equals(TOKEN)) {
            Thread.onSpinWait(); // the threads are ending
        }
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                IllegalStateException.class,
                IOException.class,
                InterruptedException.class,
                AssertionError.class,
                NoClassDefFoundError.class,
                StackOverflowError.class,
                OutOfMemoryError.class
            })
    void anythingThatASourceThrowsIsAPauseWithItsType(Class<? extends Throwable> type) throws Exception {
        AtomicBoolean once = new AtomicBoolean();
        AdAccount account = account(() -> {
            if (!once.getAndSet(true)) {
                Throwable thrown = type == AssertionError.class
                        ? new AssertionError("canary")
                        : type.getConstructor(String.class).newInstance("canary");
                throw TokenPoolTest.<RuntimeException>sneaky(thrown);
            }
            return TOKEN;
        });
        assertEquals("The token source failed: " + type.getName(), reason(pool.token(account)));
        assertEquals(TOKEN, get(pool.token(account)));
    }

    @Test
    @SuppressWarnings("NullAway") // what a token source's bug does
    void nullCountsAsUnavailable() throws Exception {
        assertTrue(reason(pool.token(account(() -> null))).contains("returned null"));
    }

    @Test
    void interruptLeftByASourceDoesNotReachTheNextOne() throws Exception {
        for (int i = 0; i < 100; i++) {
            get(pool.token(account(() -> {
                Thread.currentThread().interrupt();
                return TOKEN;
            })));
            assertEquals(TOKEN, get(pool.token(account(() -> {
                if (Thread.currentThread().isInterrupted()) {
                    throw new AssertionError("interrupted by another source");
                }
                return TOKEN;
            }))));
        }
    }

    @Test
    void answeredCallHasNoLimit() throws Exception {
        assertEquals(TOKEN, get(pool.token(account(() -> TOKEN))));
        while (timer.scheduled() > 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void closingAnswersEveryCallAndEndsTheThreads() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        Queue<Thread> threads = new ConcurrentLinkedQueue<>();
        AdAccount account = account(() -> {
            threads.add(Thread.currentThread());
            entered.countDown();
            open.await();
            return TOKEN;
        });
        CompletableFuture<TokenResult> running = pool.token(account);
        CompletableFuture<TokenResult> waiting = pool.renewed(account, TOKEN);
        await(entered);
        pool.close();
        assertEquals("The client is closed", reason(running));
        assertEquals("The client is closed", reason(waiting));
        assertEquals("The client is closed", reason(pool.token(account)));
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void closingDoesNotWaitForASourceThatIgnoresInterrupts() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CompletableFuture<TokenResult> answer = pool.token(hanging(entered));
        await(entered);
        pool.close();
        assertEquals("The client is closed", reason(answer));
        assertEquals(1, open.getCount(), "the source still hangs");
    }

    @Test
    void manyCallersOfManySourcesAreAllAnsweredAndNoSourceIsAskedTwiceAtATime() throws Exception {
        AtomicInteger tooMany = new AtomicInteger();
        List<AdAccount> accounts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            AtomicInteger inside = new AtomicInteger();
            accounts.add(account(() -> {
                if (inside.incrementAndGet() > 1) {
                    tooMany.incrementAndGet();
                }
                Thread.onSpinWait();
                inside.decrementAndGet();
                return TOKEN;
            }));
        }
        Queue<CompletableFuture<TokenResult>> answers = new ConcurrentLinkedQueue<>();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int first = i;
            Thread caller = new Thread(() -> {
                for (int round = 0; round < 1000; round++) {
                    AdAccount account = accounts.get((first + round) % accounts.size());
                    answers.add(round % 3 == 0 ? pool.renewed(account, TOKEN) : pool.token(account));
                }
            });
            callers.add(caller);
            caller.start();
        }
        for (Thread caller : callers) {
            caller.join();
        }
        for (CompletableFuture<TokenResult> answer : answers) {
            assertEquals(TOKEN, get(answer));
        }
        assertEquals(8000, answers.size());
        assertEquals(0, tooMany.get());
    }
}
