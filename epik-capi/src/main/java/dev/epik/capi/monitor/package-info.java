// SPDX-License-Identifier: Apache-2.0
/** What a client counts and watches: counters, coverage, silence, and its bean in JMX. Internal. */
@NullMarked
package dev.epik.capi.monitor;

import org.jspecify.annotations.NullMarked;
