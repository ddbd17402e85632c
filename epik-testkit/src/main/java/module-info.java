// SPDX-License-Identifier: Apache-2.0
/** A fake Pinterest for tests. */
module dev.epik.testkit {
    requires com.fasterxml.jackson.core;
    requires jdk.httpserver;
    requires static transitive org.jspecify;

    exports dev.epik.testkit;
}
