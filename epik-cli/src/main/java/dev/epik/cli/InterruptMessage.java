// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import java.util.function.Supplier;

/**
 * A shutdown hook that prints what is stored and how to continue if the process is stopped, for example with Ctrl-C.
 * The caller closes it when the command has finished.
 */
final class InterruptMessage implements AutoCloseable {
    private final Thread hook;

    /** @param message supplies the text; called while other threads are running */
    InterruptMessage(Supplier<String> message) {
        this.hook = new Thread(() -> System.err.println("\nepik: stopped. " + message.get()), "epik-interruption");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ignored) {
            // the process is being stopped, so the hook prints its message
        }
    }
}
