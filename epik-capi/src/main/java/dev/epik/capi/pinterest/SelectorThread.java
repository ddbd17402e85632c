// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import java.net.http.HttpClient;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The thread of a JDK HTTP client that transfers all bytes and ends exchanges at their timeout. It is never restarted:
 * if it has ended, for example by an OutOfMemoryError, no exchange of the client ends any more. The JDK has no method
 * that returns it, so it is found by its name when the client is created. Thread-safe.
 */
final class SelectorThread {
    /** Stands for a thread that was not found. It never counts as ended. */
    static final SelectorThread UNKNOWN = new SelectorThread(null);

    private static final Pattern CLIENT = Pattern.compile("HttpClientImpl@[0-9a-f]+\\((\\d+)\\)");

    private final @Nullable Thread thread;

    private SelectorThread(@Nullable Thread thread) {
        this.thread = thread;
    }

    /** Finds the thread of a client that the calling thread has just created. */
    static SelectorThread of(HttpClient client) {
        Matcher id = CLIENT.matcher(client.toString());
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        if (!id.find() || group == null) {
            return UNKNOWN;
        }
        String name = "HttpClient-" + id.group(1) + "-SelectorManager";
        Thread[] threads = new Thread[group.activeCount() + 64];
        int count = group.enumerate(threads);
        for (int i = 0; i < count; i++) {
            if (threads[i].getName().equals(name)) {
                return new SelectorThread(threads[i]);
            }
        }
        return UNKNOWN;
    }

    boolean hasEnded() {
        return thread != null && !thread.isAlive();
    }
}
