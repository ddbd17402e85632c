// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka;

import dev.epik.capi.EpikClient;
import dev.epik.testing.ChildJvm;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** The main class of a worker that a test kills. It ends when its standard input ends. */
final class KafkaWorkerProcess {
    static final int WINDOW = 500;

    private KafkaWorkerProcess() {}

    /**
     * Starts a worker.
     *
     * @param instance the worker's name in the group, so that it gets its partitions again after a kill
     */
    static ChildJvm start(String bootstrap, String topic, URI pinterest, String instance) throws IOException {
        List<String> options = new ArrayList<>(ChildJvm.QUICK);
        options.add("-Xmx128m");
        options.add("-Djava.util.logging.config.file=/dev/null");
        return ChildJvm.start(
                ChildJvm.prepare(options, KafkaWorkerProcess.class, bootstrap, topic, pinterest.toString(), instance)
                        .redirectError(ProcessBuilder.Redirect.DISCARD));
    }

    public static void main(String[] arguments) throws IOException {
        KafkaRig rig = new KafkaRig(arguments[0], URI.create(arguments[2]), arguments[1]);
        KafkaStore store = rig.store(1)
                .window(WINDOW)
                .property("group.instance.id", arguments[3])
                .property("session.timeout.ms", "6000")
                .deliver()
                .build();
        EpikClient client = rig.client(store);
        System.out.println("READY " + client.counters().size());
        while (System.in.read() >= 0) {
            // the test kills this process
        }
        Runtime.getRuntime().halt(1);
    }
}
