// SPDX-License-Identifier: Apache-2.0
/** Campaigns, ad groups, ads and audiences at Pinterest. */
module dev.epik.ads {
    requires transitive dev.epik.capi;
    requires com.fasterxml.jackson.core;
    requires org.snakeyaml.engine.v2;
    requires static transitive org.jspecify;

    exports dev.epik.ads;
    exports dev.epik.ads.plan;
}
