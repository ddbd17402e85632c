// SPDX-License-Identifier: Apache-2.0
/** Moves events from an outbox to Kafka. */
@NullMarked
package dev.epik.kafka.relay;

import org.jspecify.annotations.NullMarked;
