// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.kafka.common.utils.internals.Exit;
import org.jspecify.annotations.Nullable;

/**
 * Records instead of executes the ends of the JVM that a broker wants, for example when its log directory has
 * disappeared. From the first broker to the end of the JVM, because threads of a broker may outlive it.
 */
final class KafkaExits {
    private static final LinkedBlockingQueue<String> EXITS = new LinkedBlockingQueue<>();

    private KafkaExits() {}

    static void intercept() {
        Exit.setExitProcedure(KafkaExits::record);
        Exit.setHaltProcedure(KafkaExits::record);
        Exit.setShutdownHookAdder((name, runnable) -> {});
    }

    private static void record(int status, @Nullable String message) {
        EXITS.add("status " + status + ": " + message);
        throw new IllegalStateException("a Kafka broker wants to end the JVM: " + message);
    }

    /** Returns and forgets the recorded ends. */
    static List<String> take() {
        List<String> exits = new ArrayList<>();
        EXITS.drainTo(exits);
        return exits;
    }
}
