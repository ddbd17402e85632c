// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.outbox.JdbcOutbox;
import dev.epik.kafka.KafkaRelay;
import dev.epik.kafka.KafkaStore;
import javax.sql.DataSource;

/** The code of docs/kafka.md. */
final class KafkaPage {
    private KafkaPage() {}

    static EpikClient shop(AdAccount account) {
        // tag::kafka-store[]
        KafkaStore events = KafkaStore.builder("kafka1:9092,kafka2:9092").build();
        EpikClient epik = EpikClient.builder(Mode.LIVE, account, events).open(); // stores only
        // end::kafka-store[]
        return epik;
    }

    static EpikClient worker(AdAccount account) {
        // tag::kafka-worker[]
        KafkaStore events =
                KafkaStore.builder("kafka1:9092,kafka2:9092").deliver().build();
        EpikClient epik = EpikClient.builder(Mode.LIVE, account, events).open(); // stores and delivers
        // end::kafka-worker[]
        return epik;
    }

    static EpikClient relay(AdAccount account, DataSource dataSource) {
        // tag::kafka-relay[]
        KafkaStore kafka = KafkaStore.builder("kafka1:9092,kafka2:9092").build();
        KafkaRelay events = KafkaRelay.of(JdbcOutbox.of(dataSource), kafka);
        EpikClient epik = EpikClient.builder(Mode.LIVE, account, events).open();
        // end::kafka-relay[]
        return epik;
    }

    static KafkaStore secured(String password) {
        // tag::kafka-security[]
        KafkaStore events = KafkaStore.builder("kafka1:9093")
                .property("security.protocol", "SASL_SSL")
                .property("sasl.mechanism", "SCRAM-SHA-512")
                .property(
                        "sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required"
                                + " username=\"epik\" password=\"" + password + "\";")
                .build();
        // end::kafka-security[]
        return events;
    }
}
