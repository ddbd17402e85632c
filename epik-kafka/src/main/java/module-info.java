// SPDX-License-Identifier: Apache-2.0
/** Conversion events in Kafka. */
module dev.epik.kafka {
    requires transitive dev.epik.capi;
    requires kafka.clients;
    requires static transitive org.jspecify;

    exports dev.epik.kafka;
    exports dev.epik.kafka.partition to
            kafka.clients;
}
