// SPDX-License-Identifier: Apache-2.0
/**
 * Stores conversion events in Kafka, so that other processes deliver them. Start with
 * {@link dev.epik.kafka.KafkaStore}.
 */
@NullMarked
package dev.epik.kafka;

import org.jspecify.annotations.NullMarked;
