// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

class Tomcat11Test extends TomcatContract {
    Tomcat11Test() {
        super("11.");
    }
}
