// SPDX-License-Identifier: Apache-2.0
/** Order → event → outbox → Pinterest. */
@SuppressWarnings("module") // epik-ads and epik-kafka are compiled after this module
module dev.epik.capi {
    requires transitive java.net.http;
    requires com.fasterxml.jackson.core;
    requires com.github.benmanes.caffeine;
    requires java.management;
    requires static transitive jakarta.servlet;
    requires static transitive java.sql;
    requires static transitive org.jspecify;
    requires static org.xerial.sqlitejdbc;

    exports dev.epik.capi;
    exports dev.epik.capi.event;
    exports dev.epik.capi.oauth;
    exports dev.epik.capi.oauth.spi;
    exports dev.epik.capi.outbox;
    exports dev.epik.capi.outbox.spi;
    exports dev.epik.capi.servlet;
    exports dev.epik.capi.address to
            dev.epik.ads;
    exports dev.epik.capi.event.normalize to
            dev.epik.ads;
    exports dev.epik.capi.event.rules to
            dev.epik.ads;
    exports dev.epik.capi.failure to
            dev.epik.kafka;
    exports dev.epik.capi.fast to
            dev.epik.ads;
    exports dev.epik.capi.file to
            dev.epik.ads;
    exports dev.epik.capi.json to
            dev.epik.ads;
    exports dev.epik.capi.outbox.encryption to
            dev.epik.kafka;
    exports dev.epik.capi.outbox.memory to
            dev.epik.kafka;
    exports dev.epik.capi.outbox.queue to
            dev.epik.kafka;
    exports dev.epik.capi.outbox.table to
            dev.epik.kafka;
    exports dev.epik.capi.pinterest to
            dev.epik.ads,
            dev.epik.kafka;
}
