// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

/** The jar with the classifier {@code javax}; its build transforms this test with it. */
class Tomcat9Test extends TomcatContract {
    Tomcat9Test() {
        super("9.");
    }
}
