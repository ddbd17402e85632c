// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.broker;

/** Makes threads. Thread-safe. */
public final class KafkaThreads {
    private KafkaThreads() {}

    /** Returns a daemon that inherits nothing from the calling thread but its class loader. */
    public static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(null, work, name, 0, false);
        thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
        thread.setDaemon(true);
        return thread;
    }
}
