// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import java.util.function.Supplier;

/**
 * Prints what is safe and how to go on if the process is stopped, such as by Ctrl-C. The caller closes it when all is
 * done.
 */
final class Interruption implements AutoCloseable {
    private final Thread hook;

    /** @param message what to print; asked while other threads go on */
    Interruption(Supplier<String> message) {
        this.hook = new Thread(() -> System.err.println("\nepik: stopped. " + message.get()), "epik-interruption");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ignored) {
            // the process is being stopped: the message is printed
        }
    }
}
