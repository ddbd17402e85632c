// SPDX-License-Identifier: Apache-2.0
/** Captures click ids from requests into a cookie. Needs only a servlet container. */
module dev.epik.filter {
    requires java.management;
    requires static transitive jakarta.servlet;
    requires static transitive org.jspecify;

    exports dev.epik.filter;
}
