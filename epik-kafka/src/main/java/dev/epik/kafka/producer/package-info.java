// SPDX-License-Identifier: Apache-2.0
/** Sends records to Kafka without waiting for a broker. */
@NullMarked
package dev.epik.kafka.producer;

import org.jspecify.annotations.NullMarked;
