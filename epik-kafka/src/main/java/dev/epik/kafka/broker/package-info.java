// SPDX-License-Identifier: Apache-2.0
/** The settings of Kafka's clients, and what is asked of the brokers: topics, lag, errors. */
@NullMarked
package dev.epik.kafka.broker;

import org.jspecify.annotations.NullMarked;
