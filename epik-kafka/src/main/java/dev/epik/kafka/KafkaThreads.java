// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka;

/** Makes threads. Thread-safe. */
final class KafkaThreads {
    private KafkaThreads() {}

    /** Returns a daemon that inherits nothing from the calling thread but its class loader. */
    static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(null, work, name, 0, false);
        thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
        thread.setDaemon(true);
        return thread;
    }
}
