// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.AccountClient.RedriveResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.kafka.KafkaStore;
import java.io.PrintWriter;
import java.util.function.Function;

/** Reads and redrives dead letters in Kafka. It joins no consumer group, so workers may run beside it. */
final class KafkaOutbox {
    /** More would not fit into memory: a worker reads the whole topic of dead letters for this. */
    private static final int MAX_DEAD_LETTERS = 20_000;

    private final KafkaStore.Builder place;
    private final String adAccount;
    private final boolean isJson;

    KafkaOutbox(KafkaStore.Builder place, String adAccount, boolean isJson) {
        this.place = place;
        this.adAccount = adAccount;
        this.isJson = isJson;
    }

    /** Prints how many events are not settled, of all ad accounts. */
    void stats() {
        try (KafkaStore store = place.build()) {
            long unread = store.unread();
            if (isJson) {
                JsonOutput.print(json -> json.writeNumberField("waiting", unread));
                return;
            }
            try (PrintWriter out = new PrintWriter(new StandardOutput())) {
                out.println("all ad accounts: " + unread + " waiting");
            }
        }
    }

    void dead() {
        OutboxReport.printDead(read(outbox -> outbox.deadLetters(adAccount, MAX_DEAD_LETTERS)), isJson);
    }

    RedriveResult redrive(DeadLetter.Which which, DeadLetter.Scope scope) {
        return read(outbox -> outbox.redrive(adAccount, which, scope));
    }

    /** Opens the topics as a worker does, without a client: it reads no events then. */
    private <T> T read(Function<Outbox, T> question) {
        try (KafkaStore store = place.deliver().build()) {
            return question.apply(store.deliveryOutbox().orElseThrow());
        }
    }
}
