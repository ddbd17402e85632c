// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

/** The contract for the jar with the classifier {@code javax}. The build transforms this test like the jar. */
class Tomcat9Test extends TomcatContract {
    Tomcat9Test() {
        super("9.");
    }
}
