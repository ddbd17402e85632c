// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.failure;

/** Separates the errors of the JVM, which must reach the caller, from failures that are contained. Thread-safe. */
public final class JvmErrors {
    private JvmErrors() {}

    /**
     * Throws the error again if the JVM can no longer be relied on: an {@link OutOfMemoryError} or another
     * {@link VirtualMachineError}, and the error that {@code Thread.stop} throws. Returns for everything else. A
     * {@link StackOverflowError} counts as everything else: once the stack is unwound, the thread works again.
     */
    public static void rethrow(Throwable thrown) {
        if (thrown instanceof VirtualMachineError error && !(thrown instanceof StackOverflowError)) {
            throw error;
        }
        // By name: later JDKs remove the class.
        if (thrown instanceof Error error && thrown.getClass().getName().equals("java.lang.ThreadDeath")) {
            throw error;
        }
    }
}
