// SPDX-License-Identifier: Apache-2.0
/** Starts the demo with {@code java -jar demo-webapp.war} in a Jetty from inside the WAR. */
@NullMarked
package dev.epik.demo.launch;

import org.jspecify.annotations.NullMarked;
