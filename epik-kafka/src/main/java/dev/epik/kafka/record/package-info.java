// SPDX-License-Identifier: Apache-2.0
/** The format of the records in all topics. Does no I/O. */
@NullMarked
package dev.epik.kafka.record;

import org.jspecify.annotations.NullMarked;
