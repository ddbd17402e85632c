// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

class Tomcat101Test extends TomcatContract {
    Tomcat101Test() {
        super("10.1.");
    }
}
