// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.encryption;

import dev.epik.capi.outbox.spi.PayloadKeys;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One question to {@link PayloadKeys}, on a thread of its own, and the answer. Thread-safe. */
final class KeyRequest {
    private final Callable<Optional<PayloadKeys.Key>> question;
    private final Listener listener;
    private final LongSupplier nanos;
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "epik-payload-keys");

    // Written before the latch opens, and read after that.
    private volatile @Nullable CipherKey key;
    private volatile String failure = "";
    private volatile long endedAt;

    KeyRequest(Callable<Optional<PayloadKeys.Key>> question, Listener listener, LongSupplier nanos) {
        this.question = question;
        this.listener = listener;
        this.nanos = nanos;
        thread.setDaemon(true);
    }

    /** Is called on the thread of the request, before those that wait for it. */
    interface Listener {
        void onAnswer(KeyRequest request);
    }

    void start() {
        try {
            thread.start();
        } catch (Throwable e) { // no thread can be created
            fail(e.getClass().getName());
        }
    }

    /** Ends the request without a question. */
    void fail(String why) {
        end(null, why);
    }

    private void run() {
        CipherKey answer = null;
        String why = "";
        try {
            answer = question.call().map(CipherKey::of).orElse(null);
        } catch (Throwable e) { // of any type: the keys are not our code
            why = e.getClass().getName();
        }
        end(answer, why);
    }

    private void end(@Nullable CipherKey answer, String why) {
        key = answer;
        failure = why;
        endedAt = nanos.getAsLong();
        try {
            listener.onAnswer(this);
        } finally {
            done.countDown();
        }
    }

    /** Waits for the answer. An interrupted thread waits no longer. */
    void await(Duration time) {
        try {
            var unused = done.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    boolean isDone() {
        return done.getCount() == 0;
    }

    /** Returns the key; null if there is none or no answer yet. */
    @Nullable
    CipherKey key() {
        return key;
    }

    /** Returns why there is no answer, such as the class of an exception; empty if there is one or none yet. */
    String failure() {
        return failure;
    }

    /** Returns whether the answer was that there is no such key. */
    boolean isMissing() {
        return isDone() && key == null && failure.isEmpty();
    }

    /** Returns whether the answer came longer ago than this. One that has not come yet is not old. */
    boolean isOlderThan(Duration age, long now) {
        return isDone() && now - endedAt >= age.toNanos();
    }

    void cancel() {
        thread.interrupt();
    }
}
