// SPDX-License-Identifier: Apache-2.0
/** The monitoring of a client: counters, coverage, silence, and its bean in JMX. Internal. */
@NullMarked
package dev.epik.capi.monitor;

import org.jspecify.annotations.NullMarked;
