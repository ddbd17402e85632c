// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import dev.epik.capi.outbox.JdbcOutbox;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.kafka.KafkaRelay;
import dev.epik.kafka.KafkaStore;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

// tag::boot-relay[]
@Configuration(proxyBeanMethods = false)
class ShopRelay {
    @Bean
    EventStore events(DataSource database, @Value("${epik.kafka.bootstrap-servers}") String servers) {
        return KafkaRelay.of(
                JdbcOutbox.builder(database).createTables(true).open(),
                KafkaStore.builder(servers).deliver().build());
    }
}
// end::boot-relay[]
