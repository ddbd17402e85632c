// SPDX-License-Identifier: Apache-2.0
/** Request → capture → cookie. Needs a servlet container and nothing else. */
module dev.epik.filter {
    requires java.management;
    requires static transitive jakarta.servlet;
    requires static transitive org.jspecify;

    exports dev.epik.filter;
}
