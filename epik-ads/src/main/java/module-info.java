// SPDX-License-Identifier: Apache-2.0
/** Campaigns, ad groups, ads and audiences at Pinterest. */
module dev.epik.ads {
    requires transitive dev.epik.capi;
    requires com.fasterxml.jackson.core;
    requires static transitive org.jspecify;

    exports dev.epik.ads;
}
