// SPDX-License-Identifier: Apache-2.0
/**
 * The class that Kafka's producer creates.
 *
 * <p>Not exported.
 */
@NullMarked
package dev.epik.kafka.partition;

import org.jspecify.annotations.NullMarked;
