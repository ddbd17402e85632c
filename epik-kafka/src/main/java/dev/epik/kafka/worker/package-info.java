// SPDX-License-Identifier: Apache-2.0
/** Reads records, delivers the events, and commits what is settled. */
@NullMarked
package dev.epik.kafka.worker;

import org.jspecify.annotations.NullMarked;
