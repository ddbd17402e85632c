// SPDX-License-Identifier: Apache-2.0
/** Which events a worker holds, which of them are settled, and which leave for a retry topic. Does no I/O. */
@NullMarked
package dev.epik.kafka.window;

import org.jspecify.annotations.NullMarked;
