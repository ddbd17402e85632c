// SPDX-License-Identifier: Apache-2.0
/** {@code java -jar demo-webapp.war}: a Jetty from inside the WAR. */
@NullMarked
package dev.epik.demo.launch;

import org.jspecify.annotations.NullMarked;
