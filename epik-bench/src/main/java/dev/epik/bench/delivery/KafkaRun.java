// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import java.util.List;

/**
 * The parameters of a process of {@link KafkaBench}.
 *
 * @param warmUp the number of events before the measured ones
 * @param events the number of measured events
 */
record KafkaRun(int warmUp, int events) {
    static final KafkaRun FULL = new KafkaRun(180_000, 180_000);
    static final KafkaRun SHORT = new KafkaRun(300, 300);

    /** The topics of the events to deliver. */
    static final String WARM_UP_TOPIC = "warm-up";

    static final String TOPIC = "measured";

    static final String NO_STUB = "none";

    boolean isShort() {
        return this.equals(SHORT);
    }

    /** The arguments of a process. */
    record Task(String way, String bootstrap, String name, String stub, KafkaRun run) {}

    List<String> words(String way, String bootstrap, String name, String stub) {
        return List.of(way, bootstrap, name, stub, Integer.toString(warmUp), Integer.toString(events));
    }

    static Task task(String[] words) {
        KafkaRun run = new KafkaRun(Integer.parseInt(words[4]), Integer.parseInt(words[5]));
        return new Task(words[0], words[1], words[2], words[3], run);
    }
}
