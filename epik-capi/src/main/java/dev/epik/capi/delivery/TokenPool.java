// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.capi.TokenSource;
import dev.epik.capi.TokenSource.TokenResult;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks token sources on threads of its own, so that a slow or broken source delays no other ad account.
 *
 * <p>An {@link AccessToken} is its own source and answers at once, in the calling thread. Any other source is asked by
 * one of {@value #MAX_ACTIVE} threads, for at most 10 s. One call of a source runs at a time; callers that ask for the
 * same meanwhile share its result.
 *
 * <p><b>If a source hangs</b>, its callers get {@code Unavailable} after 10 s. Its thread is interrupted and no longer
 * counts among the {@value #MAX_ACTIVE}. A source with {@value #MAX_STUCK_OF_A_SOURCE} such threads is not asked until
 * one of them ends. There are never more than {@value #MAX_THREADS} threads; above that, calls get {@code Unavailable}
 * at once.
 *
 * <p><b>Threads.</b> Thread-safe. Its threads are daemons, which start when they are needed and end after 10 s without
 * work.
 *
 * <p><b>Lifetime.</b> {@link DeliveryService} closes it. After {@link #close()} every call gets {@code Unavailable}.
 */
final class TokenPool implements Tokens, AutoCloseable {
    static final int MAX_ACTIVE = 8;
    static final int MAX_THREADS = 64;
    static final int MAX_STUCK_OF_A_SOURCE = 4;

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);
    private static final Duration MAX_CLOSE = Duration.ofMillis(500);
    private static final TokenResult CLOSED = TokenAnswer.unavailable("The client is closed");

    private enum Kind {
        TOKEN,
        RENEWAL
    }

    private final DelayTimer timer;
    private final Object lock = new Object();

    // All of these are guarded by the lock.
    private final IdentityHashMap<TokenSource, Source> sources = new IdentityHashMap<>();
    private final Queue<Call> queue = new ArrayDeque<>();
    private final Set<Worker> workers = new HashSet<>();
    private int active;
    private int idle;
    private boolean closed;

    TokenPool() {
        this(DelayTimer.onDaemonThread("epik-tokens-timer"));
    }

    TokenPool(DelayTimer timer) {
        this.timer = timer;
    }

    @Override
    public CompletableFuture<TokenResult> token(AdAccount account) {
        return ask(account.tokens(), Kind.TOKEN, Optional.empty());
    }

    @Override
    public CompletableFuture<TokenResult> renewed(AdAccount account, AccessToken refused) {
        return ask(account.tokens(), Kind.RENEWAL, Optional.of(refused));
    }

    private CompletableFuture<TokenResult> ask(TokenSource tokens, Kind kind, Optional<AccessToken> refused) {
        if (tokens instanceof AccessToken always) {
            return CompletableFuture.completedFuture(always);
        }
        List<Runnable> answers = new ArrayList<>();
        Call call;
        synchronized (lock) {
            if (closed) {
                return CompletableFuture.completedFuture(CLOSED);
            }
            Source source = sources.computeIfAbsent(tokens, Source::new);
            Call same = source.pending(kind);
            if (same != null) {
                return same.result.copy();
            }
            call = new Call(source, kind, refused);
            source.waiting.add(call);
            startNext(source, answers);
        }
        answers.forEach(Runnable::run);
        return call.result.copy(); // a copy, so that no caller can complete it for the others
    }

    /** Queues the source's next call if none of it is running. */
    private void startNext(Source source, List<Runnable> answers) {
        if (source.running != null) {
            return;
        }
        if (source.stuck >= MAX_STUCK_OF_A_SOURCE) {
            TokenResult pause = TokenAnswer.unavailable("The token source has not returned from " + source.stuck
                    + " earlier calls; it is asked again when one of them ends");
            source.waiting.forEach(call -> answers.add(() -> call.result.complete(pause)));
            source.waiting.clear();
        }
        source.running = source.waiting.poll();
        if (source.running != null) {
            queue.add(source.running);
            provideThread(answers);
        } else if (source.stuck == 0) {
            sources.remove(source.tokens);
        }
    }

    /**
     * Wakes or starts a thread for the queued calls. Answers them with {@code Unavailable} if there is no thread and
     * none can be started.
     */
    private void provideThread(List<Runnable> answers) {
        if (idle >= queue.size()) {
            lock.notifyAll();
            return;
        }
        if (active < MAX_ACTIVE && workers.size() < MAX_THREADS) {
            Worker worker = new Worker();
            try {
                worker.thread.start();
                workers.add(worker);
                active++;
            } catch (Throwable e) { // such as an OutOfMemoryError if no thread can be created
                refuseQueueWithoutThreads(
                        "No thread can be started: " + e.getClass().getName(), answers);
            }
            return;
        }
        refuseQueueWithoutThreads(
                "All " + MAX_THREADS + " threads for token sources are held by sources that do not return", answers);
    }

    private void refuseQueueWithoutThreads(String reason, List<Runnable> answers) {
        if (active > 0) {
            return;
        }
        TokenResult pause = TokenAnswer.unavailable(reason + "; this token source was not asked");
        for (Call call = queue.poll(); call != null; call = queue.poll()) {
            for (Call refused : call.source.takeAll()) {
                answers.add(() -> refused.result.complete(pause));
            }
            if (call.source.stuck == 0) {
                sources.remove(call.source.tokens);
            }
        }
    }

    /** Ends a call that was running, and starts the next one of its source. */
    private void finish(Call call, TokenResult answer, List<Runnable> answers) {
        if (call.source.running == call) {
            call.source.running = null;
            startNext(call.source, answers);
        }
        answers.add(() -> call.result.complete(answer));
    }

    private void onLimit(Worker worker, Call call) {
        List<Runnable> answers = new ArrayList<>();
        synchronized (lock) {
            if (worker.call != call || worker.abandoned) {
                return; // it returned in time
            }
            worker.abandoned = true;
            active--;
            call.source.stuck++;
            worker.thread.interrupt();
            finish(
                    call,
                    TokenAnswer.unavailable("The token source did not answer within " + LIMIT.toSeconds()
                            + " s: is the place it takes the token from reachable?"),
                    answers);
            if (!queue.isEmpty()) {
                provideThread(answers);
            }
        }
        answers.forEach(Runnable::run);
    }

    /** Ends the threads; waits at most half a second for them. */
    @Override
    public void close() {
        List<Runnable> answers = new ArrayList<>();
        List<Thread> ending = new ArrayList<>();
        synchronized (lock) {
            closed = true;
            for (Source source : sources.values()) {
                source.takeAll().forEach(call -> answers.add(() -> call.result.complete(CLOSED)));
            }
            sources.clear();
            queue.clear();
            for (Worker worker : workers) {
                worker.thread.interrupt();
                ending.add(worker.thread);
            }
            lock.notifyAll();
        }
        answers.forEach(Runnable::run);
        timer.close();
        long deadline = System.nanoTime() + MAX_CLOSE.toNanos();
        try {
            for (Thread thread : ending) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (thread != Thread.currentThread() && left > 0) {
                    thread.join(left);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The calls of one token source. Guarded by the lock. */
    private static final class Source {
        final TokenSource tokens;
        final Queue<Call> waiting = new ArrayDeque<>(2); // at most one of each kind

        /** The call that is queued for a thread, or that a thread is making. */
        @Nullable
        Call running;

        /** Threads that have not returned from this source within the limit. */
        int stuck;

        Source(TokenSource tokens) {
            this.tokens = tokens;
        }

        /** Returns the call of this kind that has no result yet. */
        @Nullable
        Call pending(Kind kind) {
            if (running != null && running.kind == kind) {
                return running;
            }
            for (Call call : waiting) {
                if (call.kind == kind) {
                    return call;
                }
            }
            return null;
        }

        List<Call> takeAll() {
            List<Call> all = new ArrayList<>(waiting);
            waiting.clear();
            if (running != null) {
                all.add(running);
                running = null;
            }
            return all;
        }
    }

    private static final class Call {
        final Source source;
        final Kind kind;
        final Optional<AccessToken> refused;
        final CompletableFuture<TokenResult> result = new CompletableFuture<>();

        Call(Source source, Kind kind, Optional<AccessToken> refused) {
            this.source = source;
            this.kind = kind;
            this.refused = refused;
        }

        TokenResult make() {
            try {
                return TokenAnswer.of(
                        refused.isPresent() ? source.tokens.renewed(refused.get()) : source.tokens.token());
            } catch (Throwable e) { // the source is code of the application
                return TokenAnswer.failed(e);
            }
        }
    }

    /** A thread that makes calls. After it was abandoned, it makes no other call. */
    private final class Worker implements Runnable {
        final Thread thread = new Thread(this, "epik-tokens");

        // Both are guarded by the lock.
        @Nullable
        Call call;

        boolean abandoned;

        Worker() {
            thread.setDaemon(true);
        }

        @Override
        public void run() {
            try {
                for (Call next = next(); next != null; next = next()) {
                    Call current = next;
                    Runnable cancel = timer.schedule(() -> onLimit(this, current), LIMIT);
                    TokenResult answer = current.make();
                    cancel.run();
                    done(current, answer);
                }
            } catch (Throwable e) { // such as an OutOfMemoryError in our own code
                done(null, TokenAnswer.failed(e));
            } finally {
                ended();
            }
        }

        /** Waits for the next call and returns it; null if this thread must end. */
        private @Nullable Call next() {
            synchronized (lock) {
                long deadline = System.nanoTime() + KEEP_ALIVE.toNanos();
                while (!closed && !abandoned) {
                    Thread.interrupted(); // set by the last source and not meant for the next one
                    call = queue.poll();
                    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                    if (call != null || left <= 0) {
                        return call;
                    }
                    idle++;
                    try {
                        lock.wait(left);
                    } catch (InterruptedException ignored) {
                        // close() sets a flag as well; any other interrupt has no meaning here
                    } finally {
                        idle--;
                    }
                }
                return null;
            }
        }

        /** Completes the call that this thread has made, unless its limit was over. */
        private void done(@Nullable Call made, TokenResult answer) {
            List<Runnable> answers = new ArrayList<>();
            synchronized (lock) {
                Call current = made == null ? call : made;
                if (current == null || closed) {
                    return;
                }
                if (abandoned) {
                    current.source.stuck--;
                    startNext(current.source, answers);
                } else {
                    idle++; // this thread takes the next call itself
                    try {
                        finish(current, answer, answers);
                    } finally {
                        idle--;
                    }
                }
                call = null;
            }
            answers.forEach(Runnable::run);
        }

        private void ended() {
            List<Runnable> answers = new ArrayList<>();
            synchronized (lock) {
                workers.remove(this);
                if (!abandoned) {
                    active--;
                }
                if (call != null && call.source.running == call) {
                    call.source.running = null; // its result could not be set; the source can be asked again
                }
                if (!queue.isEmpty()) {
                    provideThread(answers);
                }
            }
            answers.forEach(Runnable::run);
        }
    }
}
